import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Rate } from '../../protocol/limits.ts'
import { type Connection, connectionKey, isClosing, OPEN, toConnection } from './connection-row.ts'
import { isConditionFailure, rawAttribute, retryConflicts, type Table } from './table.ts'

/** What became of a frame that asked to be let in. */
export type Admission =
  | { readonly outcome: 'admitted'; readonly connection: Connection }
  /** There is no such connection any more. */
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'too_fast'; readonly waitMs: number }

/** Of a frame that has a pace of its own as well: whether that was kept. */
export type PacedAdmission =
  | Exclude<Admission, { outcome: 'admitted' }>
  | (Admitted & { readonly paced: boolean })
type Admitted = Extract<Admission, { outcome: 'admitted' }>

/** One part of an update: what it sets, if what. */
interface Step {
  readonly set: string
  readonly condition: string
  readonly values: Readonly<Record<string, number>>
}

/** Lets frames in at the pace of their connection, in the very write that reads whose connection it is. */
export function admissionStore({ db, tableName: TableName }: Table) {
  return { admit, admitPaced }

  /**
   * Reads the connection of a frame and counts the frame in the same write. A client that is not ahead of its
   * pace costs one write; in a burst the first attempt fails and the second one counts.
   */
  async function admit(id: string, rate: Rate, now: number): Promise<Admission> {
    const frames = paceOf('arrival', rate, now)
    const first = await count(id, [frames.idle])
    if (first.updated || !first.found) return admitted(first.updated)
    const burst = await count(id, [frames.ahead])
    if (burst.updated || !burst.found) return admitted(burst.updated)
    return {
      outcome: 'too_fast',
      waitMs: Math.ceil(Number(rawAttribute(burst.found, 'arrival')) - frames.latest),
    }
  }

  /**
   * The same for news of somebody typing: both paces in one write, for who is ahead of neither. Frames of the same
   * connection that come in between cost another try; where that fails too, the frame counts and nobody is told.
   */
  async function admitPaced(id: string, rate: Rate, typingRate: Rate, now: number): Promise<PacedAdmission> {
    const [frames, typing] = [paceOf('arrival', rate, now), paceOf('typing', typingRate, now)]
    let row: unknown
    for (let tries = 0; tries < 3; tries++) {
      const [sent, typed] = [aheadTo(row, 'arrival'), aheadTo(row, 'typing')]
      if (typed > typing.latest) break
      const { updated, found } = await count(id, [
        sent > now ? frames.ahead : frames.idle,
        typed > now ? typing.ahead : typing.idle,
      ])
      if (updated || !found) return paced(admitted(updated), true)
      row = found
    }
    return paced(await admit(id, rate, now), false)
  }

  async function count(id: string, steps: readonly Step[]) {
    try {
      const { Attributes } = await retryConflicts(() =>
        db.send(
          new UpdateCommand({
            TableName,
            Key: connectionKey(id),
            UpdateExpression: `SET ${steps.map(({ set }) => set).join(', ')}`,
            ConditionExpression: [OPEN, ...steps.map(({ condition }) => condition)].join(' AND '),
            ExpressionAttributeValues: Object.assign({}, ...steps.map(({ values }) => values)),
            // With when the frame before it came.
            ReturnValues: 'ALL_OLD',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      )
      return { updated: Attributes }
    } catch (error) {
      if (!isConditionFailure(error)) throw error
      // No arrival: it is not there at all.
      const known = rawAttribute(error.Item, 'arrival') !== undefined && !isClosing(error.Item)
      return known ? { found: error.Item } : {}
    }
  }
}

/** The two ways to count one more in an attribute that holds up to when everything so far is paid for. */
function paceOf(attribute: 'arrival' | 'typing', { perSecond, burst }: Rate, now: number) {
  const interval = 1000 / perSecond
  const latest = now + (burst - 1) * interval
  const [next, step, most] = [`:${attribute}_next`, `:${attribute}_step`, `:${attribute}_most`]
  return {
    latest,
    /** Of who is not ahead of the pace. */
    idle: {
      set: `${attribute} = ${next}`,
      condition: `(attribute_not_exists(${attribute}) OR ${attribute} <= :now)`,
      values: { [next]: now + interval, ':now': now },
    },
    /** Of who is ahead and within the burst. */
    ahead: {
      set: `${attribute} = ${attribute} + ${step}`,
      condition: `${attribute} <= ${most}`,
      values: { [step]: interval, [most]: latest },
    },
  } as const
}

const aheadTo = (row: unknown, attribute: string) => Number(rawAttribute(row, attribute) ?? 0)

const admitted = (row: Parameters<typeof toConnection>[0] | undefined): Admission =>
  row ? { outcome: 'admitted', connection: toConnection(row) } : { outcome: 'unknown' }

const paced = (admission: Admission, kept: boolean): PacedAdmission =>
  admission.outcome === 'admitted' ? { ...admission, paced: kept } : admission
