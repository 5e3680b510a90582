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

/** Reads the log of a conversation and the connections that joined it. */
export async function readConversation(query: QueryRows, table: string, id: string) {
  const entries = await query(table, `CONV#${id}`, 'LOG#')
  const participants = await query(table, `CONV#${id}`, 'PART#')
  return {
    entries: entries.map((row) => ({ ...row, sender_id: row['sender'] })),
    subscriptions: participants.flatMap((row) =>
      Object.entries((row['joined'] ?? {}) as Record<string, number>).map(
        ([connection, expiry]) => [`${id} ${row['user']} ${connection}`, expiry] as const,
      ),
    ),
  }
}

/** Reads the connections listed in a user's row. */
export function userConnectionsIn(user: string, { pk: _pk, sk: _sk, ...row }: Row) {
  return Object.entries(row).map(
    ([id, connection]) => [`${user} ${id}`, Number((connection as Row)['token_expires_at'])] as const,
  )
}
