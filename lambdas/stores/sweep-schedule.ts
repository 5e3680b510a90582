import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { queryRows, type Table } from './table.ts'

/** A row outlives its minute, so that a sweep which fell behind still finds it. Seconds. */
const ROW_LIFETIME = 2 * 3600 + 600

/** One partition for each minute, so that the sweep reads what is due and never scans. */
const dueKey = (minute: number, id: string) => ({ pk: `DUE#${minute}`, sk: `CONN#${id}` })
const sweptKey = { pk: 'SWEPT', sk: 'SWEPT' }

export type SweepSchedule = ReturnType<typeof sweepSchedule>

/** When each connection must be looked at, in minutes since the epoch, and how far the sweep has come. */
export function sweepSchedule(table: Table) {
  const { db, tableName: TableName } = table
  return {
    /** Has a connection looked at in the minute after this time, epoch milliseconds. */
    async add(id: string, at: number): Promise<void> {
      const Item = {
        ...dueKey(Math.floor(at / 60_000), id),
        id,
        expires_at: Math.floor(at / 1000) + ROW_LIFETIME,
      }
      await db.send(new PutCommand({ TableName, Item }))
    },

    async remove(id: string, minute: number): Promise<void> {
      await db.send(new DeleteCommand({ TableName, Key: dueKey(minute, id) }))
    },

    /** The connections that were to be looked at in a minute. */
    async in(minute: number): Promise<readonly string[]> {
      const ids: string[] = []
      for await (const row of queryRows(table, {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `DUE#${minute}` },
      })) {
        ids.push(String(row['id']))
      }
      return ids
    },

    /** The last minute that was swept; before the first sweep, the one given, less what may have happened so far. */
    async sweptUntil(last: number): Promise<number> {
      const { Item } = await db.send(
        new GetCommand({ TableName, Key: sweptKey, ConsistentRead: true }),
      )
      return Number(Item?.['minute'] ?? last - 10)
    },

    async markSwept(minute: number): Promise<void> {
      await db.send(new PutCommand({ TableName, Item: { ...sweptKey, minute } }))
    },
  }
}
