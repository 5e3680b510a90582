import type { Rows } from '../model/checker.ts'
import { type Database, type Output, tableNames } from './backend.ts'
import type { plan } from './workload.ts'

/** Every row of a run, read past the product's code. */
export async function readRows(
  own: Database,
  { conversations, users }: Pick<ReturnType<typeof plan>, 'conversations' | 'users'>,
  sockets: readonly string[],
): Promise<Rows> {
  const query = queryOn(own)
  const log = new Map<string, readonly unknown[]>()
  const joined = new Map<string, number>()
  for (const id of conversations.keys()) {
    const entries = await query(tableNames.conversations, `CONV#${id}`, 'LOG#')
    log.set(
      id,
      entries.map((row) => ({ ...row, sender_id: row['sender'] })),
    )
    for (const row of await query(tableNames.conversations, `CONV#${id}`, 'PART#')) {
      for (const [connection, expiry] of Object.entries((row['joined'] ?? {}) as { [id: string]: number })) {
        joined.set(`${id} ${row['user']} ${connection}`, expiry)
      }
    }
  }
  const channels = new Map<string, number>()
  for (const user of users) {
    for (const { pk: _pk, sk: _sk, ...row } of await query(
      tableNames.connections,
      `USER#${user}`,
      'CHANNEL',
    )) {
      for (const [id, one] of Object.entries(row)) {
        channels.set(`${user} ${id}`, Number((one as Output)['token_expires_at']))
      }
    }
  }
  return { log, joined, channels, connections: await connectionRows(own, sockets) }
}

/** Who is there, as the users' own rows have it. */
export async function readPresence(
  own: Database,
  users: readonly string[],
): Promise<ReadonlyMap<string, boolean>> {
  const online = new Map<string, boolean>()
  for (const user of users) {
    const Key = { pk: `USER#${user}`, sk: 'PRESENCE' }
    const { Item } = await own.execute('GetItem', {
      TableName: tableNames.connections,
      Key,
      ConsistentRead: true,
    })
    online.set(user, (Item as Output | undefined)?.['online'] === true)
  }
  return online
}

/** The connections that the sweep will visit, if not now then by then. */
export async function connectionsDue(own: Database, from: number, to: number): Promise<ReadonlySet<string>> {
  const [first, last] = [from, to].map((time) => Math.floor(time / 60_000)) as [number, number]
  const minutes = Array.from({ length: last - first + 1 }, (_, at) => `DUE#${first + at}`)
  const due = await Promise.all(minutes.map((pk) => queryOn(own)(tableNames.connections, pk, 'CONN#')))
  return new Set(due.flat().map((row) => String(row['id'])))
}

const queryOn = (own: Database) => async (TableName: string, pk: string, prefix: string) => {
  const { Items } = await own.execute('Query', {
    TableName,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
    ConsistentRead: true,
  })
  return (Items ?? []) as Output[]
}

/** By key, because the tables are shared with other runs and a scan would read them all. */
async function connectionRows(own: Database, ids: readonly string[]) {
  const found = new Map<string, Output>()
  for (let at = 0; at < ids.length; at += 100) {
    const Keys = ids.slice(at, at + 100).map((id) => ({ pk: `CONN#${id}`, sk: 'CONN' }))
    const { Responses } = await own.execute('BatchGetItem', {
      RequestItems: { [tableNames.connections]: { Keys, ConsistentRead: true } },
    })
    for (const row of (Responses as { [table: string]: Output[] })[tableNames.connections] ?? []) {
      found.set(String(row['pk']).slice('CONN#'.length), row)
    }
  }
  return found
}
