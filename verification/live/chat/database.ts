import { DynamoDBDocumentClient, PutCommand, paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { createEngineClient } from '../../../local/aws/dynamodb/engine-client.ts'
import { type Row, type Rows, readConversations, userConnectionsIn } from '../../model/rows.ts'
import { inLanes } from '../async.ts'
import type { Address } from './commands.ts'

export type Conversations = ReadonlyMap<string, ReadonlySet<string>>

/** The database of a chat, accessed without the product's code. */
export type Database = ReturnType<typeof openDatabase>

export function openDatabase({ databaseEndpoint, tables }: Pick<Address, 'databaseEndpoint' | 'tables'>) {
  const client = DynamoDBDocumentClient.from(createEngineClient(databaseEndpoint))
  const allItems = async (pages: AsyncIterable<{ Items?: Row[] | undefined }>): Promise<Row[]> => {
    const found: Row[] = []
    for await (const { Items = [] } of pages) found.push(...Items)
    return found
  }
  const query = (TableName: string, pk: string, prefix: string) => {
    const command = {
      TableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
      ConsistentRead: true,
    }
    return allItems(paginateQuery({ client }, command))
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
      const inConversations = await readConversations(query, tables.conversations, conversations.keys())
      const connections = new Map<string, Row>()
      const userConnections = new Map<string, number>()
      const scan = paginateScan({ client }, { TableName: tables.connections, ConsistentRead: true })
      for (const row of await allItems(scan)) {
        const [kind, user = ''] = String(row['pk']).split('#', 2)
        if (kind === 'CONN') connections.set(String(row['id']), row)
        if (row['sk'] !== 'CHANNEL') continue
        for (const [key, expiry] of userConnectionsIn(user, row)) userConnections.set(key, expiry)
      }
      return { ...inConversations, connections, userConnections }
    },

    /** Counts the rows of a partition whose sort key begins with a prefix. */
    count: async (TableName: string, pk: string, prefix: string) =>
      (await query(TableName, pk, prefix)).length,

    close: () => client.destroy(),
  }
}
