/** One function per trust boundary; the name is also that of its entry file in lambdas/entries. */
export const functionNames = ['lifecycle', 'frames', 'rest'] as const
export type FunctionName = (typeof functionNames)[number]

export const tableNames = ['connections', 'conversations', 'invitations', 'users'] as const
export type TableName = (typeof tableNames)[number]

/** DynamoDB actions that exist here; TransactWriteItems is authorised through those of its items. No Scan. */
export type TableAction = 'BatchGetItem' | 'DeleteItem' | 'GetItem' | 'PutItem' | 'Query' | 'UpdateItem'

/** What may be done to an open connection: POST sends a frame to it, DELETE closes it. */
export type ConnectionMethod = 'POST' | 'DELETE'

/** Everything one function may touch. What is absent is denied, and its name is not even told to the function. */
export interface Permissions {
  readonly tables: Partial<Readonly<Record<TableName, readonly TableAction[]>>>
  /** Whether it may read the secret that signs tokens. */
  readonly tokenSecret: boolean
  /** On the connections of the WebSocket stage; empty: it does not learn the callback URL. */
  readonly openConnections: readonly ConnectionMethod[]
}

/** Who may do what: the whole of it, in one place. */
export const permissions: Readonly<Record<FunctionName, Permissions>> = {
  // Meets strangers, before any token was seen.
  lifecycle: {
    tables: {
      connections: ['PutItem', 'DeleteItem'],
      conversations: ['UpdateItem'],
    },
    tokenSecret: false,
    openConnections: [],
  },
  frames: {
    tables: {
      connections: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'],
      conversations: ['GetItem', 'PutItem', 'UpdateItem', 'Query'],
      users: ['GetItem'],
    },
    tokenSecret: true,
    openConnections: ['POST', 'DELETE'],
  },
  rest: {
    tables: {
      connections: ['GetItem', 'DeleteItem', 'Query'],
      conversations: ['GetItem', 'PutItem', 'UpdateItem', 'Query'],
      invitations: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'],
      users: ['GetItem', 'BatchGetItem'],
    },
    tokenSecret: true,
    openConnections: ['POST'],
  },
}
