/** One function per trust boundary; the name is also that of its entry file in lambdas/functions. */
export const functionNames = ['lifecycle', 'frames', 'rest', 'worker'] as const
export type FunctionName = (typeof functionNames)[number]

export const tableNames = ['connections', 'conversations', 'invitations', 'users'] as const
export type TableName = (typeof tableNames)[number]

/** DynamoDB actions that exist here; TransactWriteItems is authorised through those of its items. No Scan. */
export type TableAction =
  | 'BatchGetItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem'

/** What may be done to an open connection: POST sends a frame to it, DELETE closes it. */
export type ConnectionMethod = 'POST' | 'DELETE'

/**
 * What may be done with the queue of tasks. Lambda polls it with the role of the function that it invokes, which is
 * why that function needs the other three although its code uses none of them.
 */
export type QueueAction = 'SendMessage' | 'ReceiveMessage' | 'DeleteMessage' | 'GetQueueAttributes'

/** Everything one function may touch. What is absent is denied, and its name is not even told to the function. */
export interface Permissions {
  readonly tables: Partial<Readonly<Record<TableName, readonly TableAction[]>>>
  /** Whether it may read the secret that signs tokens. */
  readonly tokenSecret: boolean
  /** On the connections of the WebSocket stage; empty: it does not learn the callback URL. */
  readonly openConnections: readonly ConnectionMethod[]
  /** On the queue of tasks; without `SendMessage` it does not learn the queue's URL. */
  readonly tasks: readonly QueueAction[]
}

/** Who may do what: the whole of it, in one place. */
export const permissions: Readonly<Record<FunctionName, Permissions>> = {
  // Meets strangers, before any token was seen.
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
  // Nobody calls it: it does what the others have put off, and acts for no user.
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
