import { DynamoDBDocumentClient, PutCommand, paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { createEngineClient } from '../../../local/aws/dynamodb/engine-client.ts'
import type { Rows } from '../../model/checker.ts'
import { inLanes } from '../waiting.ts'
import type { Address } from './orders.ts'

export type Conversations = ReadonlyMap<string, ReadonlySet<string>>
type Row = Readonly<Record<string, unknown>>

/** The database itself, past the product's code. */
export type Engine = ReturnType<typeof engineOf>

export function engineOf({ databaseEndpoint, tables }: Pick<Address, 'databaseEndpoint' | 'tables'>) {
  const client = DynamoDBDocumentClient.from(createEngineClient(databaseEndpoint))
  const query = async (TableName: string, pk: string, prefix: string): Promise<Row[]> => {
    const found: Row[] = []
    const pages = paginateQuery(
      { client },
      {
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
        ConsistentRead: true,
      },
    )
    for await (const { Items } of pages) found.push(...((Items ?? []) as Row[]))
    return found
  }
  const scan = async (TableName: string): Promise<Row[]> => {
    const found: Row[] = []
    for await (const { Items } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
      found.push(...((Items ?? []) as Row[]))
    }
    return found
  }

  return {
    /** Makes pairs, and groups of whoever is named first, without an invitation for each. */
    async make(conversations: Conversations): Promise<void> {
      await inLanes(conversations, 8, async ([id, users]) => {
        const [creator = ''] = users
        const group = users.size > 2 ? { creator } : undefined
        for (const Item of newConversationRows(id, [...users], new Date().toISOString(), group)) {
          await client.send(new PutCommand({ TableName: tables.conversations, Item }))
        }
      })
    },

    /** Everything that the checker compares. */
    async rows(conversations: Conversations): Promise<Rows> {
      const log = new Map<string, readonly unknown[]>()
      const joined = new Map<string, number>()
      await inLanes(conversations.keys(), 8, async (id) => {
        const entries = await query(tables.conversations, `CONV#${id}`, 'LOG#0')
        log.set(
          id,
          entries.map((row) => ({ ...row, sender_id: row['sender'] })),
        )
        for (const row of await query(tables.conversations, `CONV#${id}`, 'PART#')) {
          for (const [connection, expiry] of Object.entries(
            (row['joined'] ?? {}) as Record<string, number>,
          )) {
            joined.set(`${id} ${row['user']} ${connection}`, expiry)
          }
        }
      })
      const connections = new Map<string, Row>()
      const channels = new Map<string, number>()
      for (const { pk, sk, ...row } of await scan(tables.connections)) {
        const [kind, user] = String(pk).split('#', 2)
        if (kind === 'CONN') connections.set(String(row['id']), row)
        for (const [id, one] of Object.entries(sk === 'CHANNEL' ? row : {})) {
          channels.set(`${user} ${id}`, Number((one as Row)['token_expires_at']))
        }
      }
      return { log, joined, connections, channels }
    },

    /** How many rows of a partition begin so. */
    count: async (TableName: string, pk: string, prefix: string) =>
      (await query(TableName, pk, prefix)).length,

    close: () => client.destroy(),
  }
}
