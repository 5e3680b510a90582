export type Row = Readonly<{ [attribute: string]: unknown }>

/** The stored rows, read without the product's code. */
export interface Rows {
  /** Entries of each conversation. */
  readonly log: ReadonlyMap<string, readonly unknown[]>
  /** Connection id → its row. */
  readonly connections: ReadonlyMap<string, Row>
  /** `user connection` → when its token expires. */
  readonly userConnections: ReadonlyMap<string, number>
  /** `conversation user connection` → when its token expires. */
  readonly subscriptions: ReadonlyMap<string, number>
}

/** Reads the rows of a partition whose sort key begins with a prefix. */
export type QueryRows = (table: string, pk: string, prefix: string) => Promise<readonly Row[]>

/** Reads the logs of conversations and the connections that joined them. */
export async function readConversations(query: QueryRows, table: string, ids: Iterable<string>) {
  const log = new Map<string, readonly Row[]>()
  const subscriptions = new Map<string, number>()
  for (const id of ids) {
    const entries = await query(table, `CONV#${id}`, 'LOG#')
    const toEntry = (row: Row) => ({ ...row, sender_id: row['sender'] })
    log.set(id, entries.map(toEntry))
    for (const { user, joined } of await query(table, `CONV#${id}`, 'PART#')) {
      for (const [connection, expiry] of Object.entries((joined ?? {}) as Record<string, number>)) {
        subscriptions.set(`${id} ${user} ${connection}`, expiry)
      }
    }
  }
  return { log, subscriptions }
}

/** Reads the connections listed in a user's row. */
export function userConnectionsIn(user: string, { pk: _pk, sk: _sk, ...row }: Row) {
  return Object.entries(row).map(
    ([id, connection]) => [`${user} ${id}`, Number((connection as Row)['token_expires_at'])] as const,
  )
}
