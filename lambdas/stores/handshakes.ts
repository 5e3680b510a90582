import { type Table, update } from './table.ts'

const MINUTE_MS = 60_000
const ROW_TTL_SECONDS = 300

export type HandshakeStore = ReturnType<typeof handshakeStore>

/** Counts how many connections each address opens per minute. */
export function handshakeStore(table: Table) {
  return {
    /** Counts one more connection from an address; resolves with the count of the current minute. */
    async count(address: string, now: number): Promise<number> {
      const counted = await update(table, {
        Key: { pk: `ADDR#${address}`, sk: String(Math.floor(now / MINUTE_MS)) },
        UpdateExpression: 'SET expires_at = :ttl ADD handshakes :one',
        ExpressionAttributeValues: { ':ttl': Math.floor(now / 1000) + ROW_TTL_SECONDS, ':one': 1 },
        ReturnValues: 'UPDATED_NEW',
      })
      return Number(counted?.['handshakes'])
    },
  }
}
