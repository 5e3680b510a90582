import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Rate } from '../../protocol/limits.ts'
import type { Admission, PacedAdmission, RateState } from '../model.ts'
import { connectionKey, IS_OPEN, isClosing, toConnection } from './connection-row.ts'
import { type Row, rawAttribute, type Table, writeIf } from './table.ts'

/** Attributes of a connection that each hold an arrival time of the generic cell rate algorithm (chat/rates.ts). */
type Counter = keyof Omit<RateState, 'clock'>

/** The states that a container has seen, by connection. */
type Seen = Map<string, RateState>

/** One part of an update. */
interface Step {
  readonly set: string
  readonly condition?: string
  readonly values: Readonly<Record<string, number>>
  /** The part of the state that the update changes. */
  readonly after: (before: RateState) => Partial<RateState>
}

const UNSEEN: RateState = { arrival: 0, typing: 0, clock: 0 }

/**
 * Admits frames at the rate of their connection, in the write that also reads the connection. A container
 * remembers the states that it has seen. Their times only grow, so a frame that is too fast for the remembered state is
 * refused without a call. Any other frame costs one write, unless other containers have counted frames in between.
 */
export function admissionStore({ db, tableName: TableName }: Table) {
  return { admit, admitPaced, charge, owe }

  /**
   * Reads the connection of a frame and counts the frame. Frames may be counted in another order than they were
   * received in, so none counts as earlier than one that was counted before it.
   *
   * @param cost how many frames this frame counts as
   */
  async function admit(
    id: string,
    rate: Rate,
    now: number,
    seen: Seen = new Map(),
    cost = 1,
  ): Promise<Admission> {
    const known = seen.get(id) ?? UNSEEN
    const frames = stepsOf('arrival', rate, known, now, cost)
    if (known.arrival > frames.latest) return { outcome: 'too_fast', waitMs: waitMsOf(known, frames.latest) }
    const { updated, isOpen } = await count(id, [frames.next], seen)
    if (updated || !isOpen) return toAdmission(updated)
    return await admit(id, rate, now, seen, cost)
  }

  /**
   * Does the same for a typing frame, which counts toward two rates. Concurrent frames of the same connection cost
   * further attempts; if those fail too, the frame is counted but not passed on.
   */
  async function admitPaced(
    id: string,
    rate: Rate,
    typingRate: Rate,
    now: number,
    seen: Seen = new Map(),
  ): Promise<PacedAdmission> {
    for (let attempts = 0; attempts < 3; attempts++) {
      const known = seen.get(id) ?? UNSEEN
      const frames = stepsOf('arrival', rate, known, now)
      const typing = stepsOf('typing', typingRate, known, now)
      if (known.arrival > frames.latest || known.typing > typing.latest) break
      const { updated, isOpen } = await count(id, [frames.next, typing.next], seen)
      if (updated || !isOpen) return withPace(toAdmission(updated), true)
    }
    return withPace(await admit(id, rate, now, seen), false)
  }

  /**
   * Counts the extra cost of an admitted frame that counts as several. Resolves with 0. If this would exceed the rate,
   * it counts nothing and resolves with the time to wait.
   */
  async function charge(
    id: string,
    frames: number,
    rate: Rate,
    now: number,
    seen: Seen = new Map(),
  ): Promise<number> {
    const known = seen.get(id) ?? UNSEEN
    const intervalMs = 1000 / rate.perSecond
    const cost = frames * intervalMs
    // Without the minimum, a burst smaller than the cost would never allow the frame.
    const latest = Math.max(now, known.clock) + Math.max(1, rate.burst - frames) * intervalMs
    // When the frame is sent again, admitting it costs one frame first.
    if (known.arrival > latest) return waitMsOf(known, latest - intervalMs)
    const step: Step = {
      set: 'arrival = arrival + :cost',
      condition: 'arrival <= :latest',
      values: { ':cost': cost, ':latest': latest },
      after: ({ arrival }) => ({ arrival: arrival + cost }),
    }
    const { updated, isOpen } = await count(id, [step], seen)
    return updated || !isOpen ? 0 : await charge(id, frames, rate, now, seen)
  }

  /**
   * Counts the extra cost of an admitted frame after it was handled, even beyond the rate: later frames wait longer.
   */
  async function owe(id: string, frames: number, rate: Rate, seen: Seen = new Map()): Promise<void> {
    const cost = (frames * 1000) / rate.perSecond
    const step: Step = {
      set: 'arrival = arrival + :cost',
      values: { ':cost': cost },
      after: ({ arrival }) => ({ arrival: arrival + cost }),
    }
    await count(id, [step], seen)
  }

  /**
   * Resolves with the row before the update. If there is none, a condition has failed, and `isOpen` says whether the
   * connection exists and is not being cleaned up. Either way, the new state is remembered.
   */
  async function count(
    id: string,
    steps: readonly Step[],
    seen: Seen,
  ): Promise<{ readonly updated?: Row; readonly isOpen: boolean }> {
    const update = new UpdateCommand({
      TableName,
      Key: connectionKey(id),
      UpdateExpression: `SET ${steps.map(({ set }) => set).join(', ')}`,
      ConditionExpression: [IS_OPEN, ...steps.flatMap(({ condition }) => condition ?? [])].join(' AND '),
      ExpressionAttributeValues: Object.assign({}, ...steps.map(({ values }) => values)),
      // The old row, because it has the arrival of the previous frame.
      ReturnValues: 'ALL_OLD',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    const result = await writeIf(() => db.send(update))
    if ('output' in result) {
      const updated = result.output.Attributes
      if (!updated) return { isOpen: false }
      let state = stateIn((name) => updated[name])
      for (const { after } of steps) state = { ...state, ...after(state) }
      seen.set(id, state)
      return { updated, isOpen: true }
    }
    const { old } = result.failed
    // Without an arrival the row does not exist.
    const isOpen = rawAttribute(old, 'arrival') !== undefined && !isClosing(old)
    if (isOpen)
      seen.set(
        id,
        stateIn((name) => rawAttribute(old, name)),
      )
    return { isOpen }
  }
}

/** How to count another frame, and the latest arrival at which it may be counted. */
function stepsOf(
  counter: Counter,
  { perSecond, burst }: Rate,
  known: RateState,
  now: number,
  cost = 1,
): { readonly next: Step; readonly latest: number } {
  const time = Math.max(now, known.clock)
  const intervalMs = 1000 / perSecond
  const costMs = cost * intervalMs
  // Without the minimum, a burst smaller than the cost would never allow the frame.
  const latest = time + Math.max(0, burst - cost) * intervalMs
  const [next, step, max] = [`:${counter}_next`, `:${counter}_step`, `:${counter}_most`]
  // The client is ahead of its rate, but within the burst.
  if (known[counter] > time) {
    return {
      latest,
      next: {
        set: `${counter} = ${counter} + ${step}`,
        condition: `${counter} <= ${max}`,
        values: { [step]: costMs, [max]: latest },
        after: (before) => ({ [counter]: before[counter] + costMs }),
      },
    }
  }
  const isFrame = counter === 'arrival'
  return {
    latest,
    next: {
      set: isFrame ? `${counter} = ${next}, counted_at = :now` : `${counter} = ${next}`,
      condition: `(attribute_not_exists(${counter}) OR ${counter} <= :now)`,
      values: { [next]: time + costMs, ':now': time },
      after: () => ({ [counter]: time + costMs, ...(isFrame && { clock: time }) }),
    },
  }
}

/** The state in a row; 0 for each time that it lacks. */
const stateIn = (attribute: (name: string) => unknown): RateState => ({
  arrival: Number(attribute('arrival') ?? 0),
  typing: Number(attribute('typing') ?? 0),
  clock: Number(attribute('counted_at') ?? 0),
})

const waitMsOf = ({ arrival }: RateState, latest: number) => Math.ceil(arrival - latest)

const toAdmission = (row: Row | undefined): Admission =>
  row ? { outcome: 'admitted', connection: toConnection(row) } : { outcome: 'unknown' }

const withPace = (admission: Admission, paced: boolean): PacedAdmission =>
  admission.outcome === 'admitted' ? { ...admission, paced } : admission
