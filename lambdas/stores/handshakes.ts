import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Table } from './table.ts'

export type HandshakeStore = ReturnType<typeof handshakeStore>

/** How many connections each address has opened lately. */
export function handshakeStore({ db, tableName: TableName }: Table) {
  return {
    /** Counts one more from an address; resolves with how many there were in this minute. */
    async count(address: string, now: number): Promise<number> {
      const { Attributes } = await db.send(
        new UpdateCommand({
          TableName,
          Key: { pk: `ADDR#${address}`, sk: String(Math.floor(now / 60_000)) },
          UpdateExpression: 'SET expires_at = :ttl ADD handshakes :one',
          ExpressionAttributeValues: { ':ttl': Math.floor(now / 1000) + 300, ':one': 1 },
          ReturnValues: 'UPDATED_NEW',
        }),
      )
      return Number(Attributes?.['handshakes'])
    },
  }
}
