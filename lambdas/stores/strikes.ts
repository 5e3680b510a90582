import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { connectionKey, IS_OPEN } from './connection-row.ts'
import { rawAttribute, type Table, update, writeIf } from './table.ts'

/** Strikes are forgotten once this time has passed without another. */
const STRIKE_LIFETIME_MS = 60_000

/** Counts the refused frames of connections that do not wait for `retry_after_ms`. */
export function strikeStore({ db, tableName: TableName }: Table) {
  return { strike }

  /**
   * Records that a frame was refused, with its `retry_after_ms`. The refusal is a strike if the client did not wait for
   * the `retry_after_ms` of the previous refusal, or if there was no strike within the last minute. Resolves with the
   * number of strikes; 0 if the connection is gone. A flood costs one write per frame.
   */
  async function strike(id: string, receivedAt: number, waitMs: number): Promise<number> {
    const [waitUntil, forgotten] = [receivedAt + waitMs, receivedAt - STRIKE_LIFETIME_MS]
    const impatient = new UpdateCommand({
      TableName,
      Key: connectionKey(id),
      UpdateExpression: 'SET wait_until = :until, struck_at = :now ADD strikes :one',
      ConditionExpression: `${IS_OPEN} AND wait_until > :now AND struck_at > :forgotten`,
      ExpressionAttributeValues: {
        ':until': waitUntil,
        ':now': receivedAt,
        ':one': 1,
        ':forgotten': forgotten,
      },
      ReturnValues: 'UPDATED_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    const result = await writeIf(() => db.send(impatient))
    if ('output' in result) return Number(result.output.Attributes?.['strikes'])
    const isFirst = Number(rawAttribute(result.failed.old, 'struck_at') ?? 0) <= forgotten
    return await startOver(id, waitUntil, isFirst ? receivedAt : undefined)
  }

  /** Records the time to wait; with `struckAt`, also forgets the earlier strikes and counts one. */
  async function startOver(id: string, waitUntil: number, struckAt: number | undefined): Promise<number> {
    const written = await update(
      { db, tableName: TableName },
      {
        Key: connectionKey(id),
        UpdateExpression:
          struckAt === undefined
            ? 'SET wait_until = :until'
            : 'SET wait_until = :until, struck_at = :now, strikes = :one',
        ConditionExpression: IS_OPEN,
        ExpressionAttributeValues: {
          ':until': waitUntil,
          ...(struckAt === undefined ? {} : { ':now': struckAt, ':one': 1 }),
        },
        ReturnValues: 'ALL_NEW',
      },
    )
    return Number(written?.['strikes'] ?? 0)
  }
}
