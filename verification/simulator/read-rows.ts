import { type QueryRows, type Row, type Rows, readConversations, userConnectionsIn } from '../model/rows.ts'
import { type Database, tableNames } from './backend.ts'
import type { plan } from './workload.ts'

const REGISTER_WINDOW_MS = 20 * 60_000

/** Reads every row of a run without the product's code. */
export async function readRows(
  database: Database,
  { conversations, groups, users }: Pick<ReturnType<typeof plan>, 'conversations' | 'groups' | 'users'>,
  connectionIds: readonly string[],
): Promise<Rows> {
  const query = queryOn(database)
  const ids = [...conversations.keys(), ...groups.keys()]
  const inConversations = await readConversations(query, tableNames.conversations, ids)
  const userConnections = new Map<string, number>()
  for (const user of users) {
    for (const row of await query(tableNames.connections, `USER#${user}`, 'CHANNEL')) {
      for (const [key, expiry] of userConnectionsIn(user, row)) userConnections.set(key, expiry)
    }
  }
  return { ...inConversations, userConnections, connections: await connectionRows(database, connectionIds) }
}

/** Reads from the users' own rows who is online. */
export async function readPresence(
  database: Database,
  users: readonly string[],
): Promise<ReadonlyMap<string, boolean>> {
  const online = new Map<string, boolean>()
  for (const user of users) {
    const [row] = await queryOn(database)(tableNames.connections, `USER#${user}`, 'PRESENCE')
    online.set(user, row?.['online'] === true)
  }
  return online
}

/** Reads the register of connections that opened between two times. */
export async function readRegister(
  database: Database,
  from: number,
  to: number,
): Promise<ReadonlySet<string>> {
  const windows = new Set<number>()
  for (let at = from; at <= to; at += REGISTER_WINDOW_MS) windows.add(Math.floor(at / REGISTER_WINDOW_MS))
  windows.add(Math.floor(to / REGISTER_WINDOW_MS))
  const rows = await Promise.all(
    [...windows].map((window) => queryOn(database)(tableNames.connections, `OPENED#${window}`, '')),
  )
  return new Set(rows.flat().map((row) => String(row['id'])))
}

/** Queries without the product's code. */
export const queryOn =
  (database: Database): QueryRows =>
  async (TableName, pk, prefix) => {
    const { Items } = await database.execute('Query', {
      TableName,
      KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk, ...(prefix && { ':prefix': prefix }) },
      ConsistentRead: true,
    })
    return (Items ?? []) as Row[]
  }

/** Reads by key: a scan would also read the rows of other runs in the same tables. */
async function connectionRows(database: Database, ids: readonly string[]) {
  const found = new Map<string, Row>()
  for (let start = 0; start < ids.length; start += 100) {
    const Keys = ids.slice(start, start + 100).map((id) => ({ pk: `CONN#${id}`, sk: 'CONN' }))
    const { Responses } = await database.execute('BatchGetItem', {
      RequestItems: { [tableNames.connections]: { Keys, ConsistentRead: true } },
    })
    for (const row of (Responses as { [table: string]: Row[] })[tableNames.connections] ?? []) {
      found.set(String(row['pk']).slice('CONN#'.length), row)
    }
  }
  return found
}
