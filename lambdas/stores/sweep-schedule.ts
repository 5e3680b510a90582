import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { CONNECTION_ROW_TTL_SECONDS } from '../limits.ts'
import { allRows, get, put, type Table } from './table.ts'

const MINUTE_MS = 60_000
/** How far back the very first sweep starts. */
const FIRST_SWEEP_MINUTES = 10

/** One partition per minute, so that the sweep queries what is due and never scans. */
const dueKey = (minute: number, id: string) => ({ pk: `DUE#${minute}`, sk: `CONN#${id}` })
const sweptKey = { pk: 'SWEPT', sk: 'SWEPT' }

export type SweepSchedule = ReturnType<typeof sweepSchedule>

/** When the sweep must check each connection, in minutes since the epoch, and which minute it swept last. */
export function sweepSchedule(table: Table) {
  const { db, tableName: TableName } = table
  return {
    /** Schedules a check for the minute of this time, epoch milliseconds. */
    async add(id: string, at: number): Promise<void> {
      const Item = {
        ...dueKey(Math.floor(at / MINUTE_MS), id),
        id,
        // Long enough for a sweep that has fallen behind.
        expires_at: Math.floor(at / 1000) + CONNECTION_ROW_TTL_SECONDS,
      }
      await put(table, { Item })
    },

    async remove(id: string, minute: number): Promise<void> {
      await db.send(new DeleteCommand({ TableName, Key: dueKey(minute, id) }))
    },

    /** The connections that are due in a minute. */
    async in(minute: number): Promise<readonly string[]> {
      return (await allRows(table, `DUE#${minute}`)).map((row) => String(row['id']))
    },

    /** The minute that was swept last; before the first sweep, ten minutes before `last`. */
    async sweptUntil(last: number): Promise<number> {
      const row = await get(table, sweptKey)
      return Number(row?.['minute'] ?? last - FIRST_SWEEP_MINUTES)
    },

    async markSwept(minute: number): Promise<void> {
      await put(table, { Item: { ...sweptKey, minute } })
    },
  }
}
