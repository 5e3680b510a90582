/** One function per trust boundary. Each name is also the name of an entry file in lambdas/functions. */
export const functionNames = ['lifecycle', 'frames', 'rest', 'worker'] as const
export type FunctionName = (typeof functionNames)[number]

export const tableNames = ['connections', 'conversations', 'invitations', 'users'] as const
export type TableName = (typeof tableNames)[number]

/** The DynamoDB actions in use. TransactWriteItems is authorized through the actions of its items. There is no Scan. */
export type TableAction =
  | 'BatchGetItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem'

/** Actions on an open connection: POST sends a frame, DELETE closes it. */
export type ConnectionMethod = 'POST' | 'DELETE'

/**
 * Actions on the task queue. Lambda polls the queue with the role of the function that it invokes, so that function
 * needs the last three although its code does not use them.
 */
export type QueueAction = 'SendMessage' | 'ReceiveMessage' | 'DeleteMessage' | 'GetQueueAttributes'

/** Everything that one function may access. Anything else is denied and is not named in its environment. */
export interface Permissions {
  readonly tables: Partial<Readonly<Record<TableName, readonly TableAction[]>>>
  /** Whether the function may read the signing key of the tokens. */
  readonly tokenSecret: boolean
  /** On the connections of the WebSocket stage. If empty, the function does not get the callback URL. */
  readonly openConnections: readonly ConnectionMethod[]
  /** On the task queue. Without `SendMessage`, the function does not get the queue's URL. */
  readonly tasks: readonly QueueAction[]
}

/** All permissions of all functions. */
export const permissions: Readonly<Record<FunctionName, Permissions>> = {
  // Serves unauthenticated callers, before any token is checked.
  lifecycle: {
    tables: {
      connections: ['PutItem', 'UpdateItem', 'DeleteItem'],
      conversations: ['UpdateItem'],
    },
    tokenSecret: false,
    openConnections: [],
    tasks: ['SendMessage'],
  },
  frames: {
    tables: {
      connections: ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'UpdateItem', 'DeleteItem'],
      conversations: ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem', 'Query'],
      users: ['ConditionCheckItem', 'GetItem'],
    },
    tokenSecret: true,
    openConnections: ['POST', 'DELETE'],
    tasks: ['SendMessage'],
  },
  rest: {
    tables: {
      connections: ['BatchGetItem', 'GetItem', 'UpdateItem', 'DeleteItem'],
      conversations: [
        'BatchGetItem',
        'ConditionCheckItem',
        'DeleteItem',
        'GetItem',
        'PutItem',
        'UpdateItem',
        'Query',
      ],
      invitations: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'],
      users: ['GetItem', 'BatchGetItem', 'Query'],
    },
    tokenSecret: true,
    openConnections: ['POST'],
    tasks: ['SendMessage'],
  },
  // Has no caller: it does deferred work, and acts for no user.
  worker: {
    tables: {
      connections: ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'],
      conversations: ['BatchGetItem', 'GetItem', 'UpdateItem', 'Query'],
    },
    tokenSecret: false,
    openConnections: ['POST', 'DELETE'],
    tasks: ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'],
  },
}
