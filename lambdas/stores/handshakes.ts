import { type Table, update } from './table.ts'

const ROW_TTL_SECONDS = 300

export type HandshakeStore = ReturnType<typeof handshakeStore>

/** Counts how many connections each address opens per minute. */
export function handshakeStore(table: Table) {
  return {
    /** Counts more connections from an address; resolves with the count of that minute. */
    async count(address: string, minute: number, handshakes: number): Promise<number> {
      const counted = await update(table, {
        Key: { pk: `ADDR#${address}`, sk: String(minute) },
        UpdateExpression: 'SET expires_at = :ttl ADD handshakes :more',
        ExpressionAttributeValues: { ':ttl': minute * 60 + ROW_TTL_SECONDS, ':more': handshakes },
        ReturnValues: 'UPDATED_NEW',
      })
      return Number(counted?.['handshakes'])
    },
  }
}
