import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Rate } from '../../protocol/limits.ts'
import type { Admission, PacedAdmission } from '../model.ts'
import { connectionKey, IS_OPEN, isClosing, toConnection } from './connection-row.ts'
import { type Row, rawAttribute, type Table, writeIf } from './table.ts'

/** One part of an update. */
interface Step {
  readonly set: string
  readonly condition: string
  readonly values: Readonly<Record<string, number>>
}

/** Attributes of a connection that hold the arrival time of the generic cell rate algorithm (chat/rates.ts). */
type Counter = 'arrival' | 'typing'

/** Admits frames at the rate of their connection, in the write that also reads the connection. */
export function admissionStore({ db, tableName: TableName }: Table) {
  return { admit, admitPaced, charge }

  /**
   * Reads the connection of a frame and counts the frame, in one write. A client that is ahead of its rate, as in a
   * burst, costs a second write. If it is too far ahead by this function's clock, that clock may be behind the one that
   * counted the previous frame. The row records the latest clock, and the frame is counted by that one.
   */
  async function admit(id: string, rate: Rate, now: number): Promise<Admission> {
    const frames = stepsOf('arrival', rate, now)
    const first = await count(id, [frames.idle])
    if (first.updated || !first.found) return toAdmission(first.updated)
    const burst = await count(id, [frames.ahead])
    if (burst.updated || !burst.found) return toAdmission(burst.updated)
    const latestClock = clockOf(burst.found)
    if (latestClock > now) return await admit(id, rate, latestClock)
    const waitMs = Math.ceil(Number(rawAttribute(burst.found, 'arrival')) - frames.latest)
    return { outcome: 'too_fast', waitMs }
  }

  /**
   * Does the same for a typing frame, which counts toward two rates, in one write if the client is ahead of
   * neither. Concurrent frames of the same connection cost further attempts; if those fail too, the frame is
   * counted but not passed on.
   */
  async function admitPaced(id: string, rate: Rate, typingRate: Rate, now: number): Promise<PacedAdmission> {
    let row: unknown
    for (let attempts = 0; attempts < 3; attempts++) {
      const time = Math.max(now, clockOf(row))
      const [frames, typing] = [stepsOf('arrival', rate, time), stepsOf('typing', typingRate, time)]
      const [sent, typed] = [arrivalOf(row, 'arrival'), arrivalOf(row, 'typing')]
      if (typed > typing.latest) break
      const { updated, found } = await count(id, [
        sent > time ? frames.ahead : frames.idle,
        typed > time ? typing.ahead : typing.idle,
      ])
      if (updated || !found) return withPace(toAdmission(updated), true)
      row = found
    }
    return withPace(await admit(id, rate, now), false)
  }

  /**
   * Counts the extra cost of an admitted frame that costs as much as several. Resolves with 0. If this would exceed the
   * rate, it counts nothing and resolves with the time to wait.
   */
  async function charge(id: string, frames: number, rate: Rate, now: number): Promise<number> {
    const intervalMs = 1000 / rate.perSecond
    // A burst smaller than the cost would never allow the frame.
    const latest = now + Math.max(1, rate.burst - frames) * intervalMs
    const { found } = await count(id, [
      {
        set: 'arrival = arrival + :cost',
        condition: 'arrival <= :latest',
        values: { ':cost': frames * intervalMs, ':latest': latest },
      },
    ])
    const latestClock = clockOf(found)
    if (found && latestClock > now) return await charge(id, frames, rate, latestClock)
    // When the frame is sent again, it is first admitted at the cost of one.
    return found ? Math.ceil(arrivalOf(found, 'arrival') + intervalMs - latest) : 0
  }

  /**
   * Resolves with the row before the update, the row that failed a condition, or neither if there is none.
   */
  async function count(id: string, steps: readonly Step[]): Promise<{ updated?: Row; found?: unknown }> {
    const update = new UpdateCommand({
      TableName,
      Key: connectionKey(id),
      UpdateExpression: `SET ${steps.map(({ set }) => set).join(', ')}`,
      ConditionExpression: [IS_OPEN, ...steps.map(({ condition }) => condition)].join(' AND '),
      ExpressionAttributeValues: Object.assign({}, ...steps.map(({ values }) => values)),
      // The old row, because it has the arrival of the previous frame.
      ReturnValues: 'ALL_OLD',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    const result = await writeIf(() => db.send(update))
    if ('output' in result) return result.output.Attributes ? { updated: result.output.Attributes } : {}
    const { old } = result.failed
    // Without an arrival the row does not exist.
    const isKnown = rawAttribute(old, 'arrival') !== undefined && !isClosing(old)
    return isKnown ? { found: old } : {}
  }
}

/** The two ways to count another frame. */
function stepsOf(counter: Counter, { perSecond, burst }: Rate, now: number) {
  const intervalMs = 1000 / perSecond
  const latest = now + (burst - 1) * intervalMs
  const [next, step, max] = [`:${counter}_next`, `:${counter}_step`, `:${counter}_most`]
  return {
    latest,
    /** For a client that is not ahead of its rate. The clock cannot be behind the one that counted before. */
    idle: {
      set: counter === 'arrival' ? `${counter} = ${next}, counted_at = :now` : `${counter} = ${next}`,
      condition: `(attribute_not_exists(${counter}) OR ${counter} <= :now)`,
      values: { [next]: now + intervalMs, ':now': now },
    },
    /** For a client that is ahead, but within the burst. */
    ahead: {
      set: `${counter} = ${counter} + ${step}`,
      condition: `${counter} <= ${max}`,
      values: { [step]: intervalMs, [max]: latest },
    },
  } as const
}

const arrivalOf = (row: unknown, counter: Counter) => Number(rawAttribute(row, counter) ?? 0)

/** The latest clock by which frames of the connection were counted; 0 if it is not known. */
const clockOf = (row: unknown) => Number(rawAttribute(row, 'counted_at') ?? 0)

const toAdmission = (row: Row | undefined): Admission =>
  row ? { outcome: 'admitted', connection: toConnection(row) } : { outcome: 'unknown' }

const withPace = (admission: Admission, paced: boolean): PacedAdmission =>
  admission.outcome === 'admitted' ? { ...admission, paced } : admission
