import { DynamoDBDocumentClient, PutCommand, paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { createEngineClient } from '../../../local/aws/dynamodb/engine-client.ts'
import { type Row, type Rows, readConversation, userConnectionsIn } from '../../model/rows.ts'
import { inLanes } from '../async.ts'
import type { Address } from './commands.ts'

export type Conversations = ReadonlyMap<string, ReadonlySet<string>>

/** The database of a chat, accessed without the product's code. */
export type Database = ReturnType<typeof openDatabase>

export function openDatabase({ databaseEndpoint, tables }: Pick<Address, 'databaseEndpoint' | 'tables'>) {
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
    /** Creates pairs and groups without invitations; the first user of a group creates it. */
    async createConversations(conversations: Conversations): Promise<void> {
      await inLanes(conversations, 8, async ([id, users]) => {
        const [creator = ''] = users
        const group = users.size > 2 ? { creator } : undefined
        for (const Item of newConversationRows(id, [...users], new Date().toISOString(), group)) {
          await client.send(new PutCommand({ TableName: tables.conversations, Item }))
        }
      })
    },

    /** Reads everything that the checker compares. */
    async readRows(conversations: Conversations): Promise<Rows> {
      const log = new Map<string, readonly unknown[]>()
      const subscriptions = new Map<string, number>()
      await inLanes(conversations.keys(), 8, async (id) => {
        const conversation = await readConversation(query, tables.conversations, id)
        log.set(id, conversation.entries)
        for (const [key, expiry] of conversation.subscriptions) subscriptions.set(key, expiry)
      })
      const connections = new Map<string, Row>()
      const userConnections = new Map<string, number>()
      for (const row of await scan(tables.connections)) {
        const [kind, user = ''] = String(row['pk']).split('#', 2)
        if (kind === 'CONN') connections.set(String(row['id']), row)
        if (row['sk'] !== 'CHANNEL') continue
        for (const [key, expiry] of userConnectionsIn(user, row)) userConnections.set(key, expiry)
      }
      return { log, subscriptions, connections, userConnections }
    },

    /** Counts the rows of a partition whose sort key begins with a prefix. */
    count: async (TableName: string, pk: string, prefix: string) =>
      (await query(TableName, pk, prefix)).length,

    close: () => client.destroy(),
  }
}
