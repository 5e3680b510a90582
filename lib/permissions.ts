/** One function per trust boundary. Each is named after its entry point in lambdas/functions. */
export const functionNames = ['lifecycle', 'frames', 'rest', 'worker'] as const
export type FunctionName = (typeof functionNames)[number]

export const tableNames = ['connections', 'conversations', 'invitations', 'users'] as const
export type TableName = (typeof tableNames)[number]

/** The DynamoDB actions in use. TransactWriteItems needs the actions of its items. There is no Scan. */
export type TableAction =
  | 'BatchGetItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem'

/** An action on an open connection: POST sends it a frame, GET shows whether it exists, DELETE closes it. */
export type ConnectionMethod = 'POST' | 'GET' | 'DELETE'

/**
 * An action on the task queue. Lambda polls the queue with the role of the function that it invokes, so that function
 * needs the last three although its code uses none of them.
 */
export type QueueAction = 'SendMessage' | 'ReceiveMessage' | 'DeleteMessage' | 'GetQueueAttributes'

/**
 * What one function may use. The function is denied everything else, and is not even given the name of a resource that
 * it may not use.
 */
export interface Permissions {
  readonly tables: Partial<Readonly<Record<TableName, readonly TableAction[]>>>
  /** True if the function may read the secret that signs tokens. */
  readonly tokenSecret: boolean
  /**
   * Actions on the connections of the WebSocket stage. If empty, the function is not given the callback URL.
   */
  readonly openConnections: readonly ConnectionMethod[]
  /** Actions on the task queue. Without `SendMessage`, the function is not given the queue's URL. */
  readonly tasks: readonly QueueAction[]
}

/** Everything that each function may do. */
export const permissions: Readonly<Record<FunctionName, Permissions>> = {
  // Serves unauthenticated callers.
  lifecycle: {
    tables: {
      connections: ['PutItem', 'UpdateItem', 'DeleteItem'],
    },
    tokenSecret: false,
    openConnections: [],
    tasks: ['SendMessage'],
  },
  frames: {
    tables: {
      connections: ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      conversations: ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem', 'Query'],
      users: ['BatchGetItem', 'ConditionCheckItem', 'GetItem'],
    },
    tokenSecret: true,
    openConnections: ['POST', 'GET', 'DELETE'],
    tasks: ['SendMessage'],
  },
  rest: {
    tables: {
      connections: ['BatchGetItem', 'GetItem', 'UpdateItem'],
      conversations: [
        'BatchGetItem',
        'ConditionCheckItem',
        'DeleteItem',
        'GetItem',
        'PutItem',
        'UpdateItem',
        'Query',
      ],
      invitations: ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'],
      users: ['GetItem', 'BatchGetItem', 'Query'],
    },
    tokenSecret: true,
    openConnections: ['POST'],
    tasks: ['SendMessage'],
  },
  // Invoked only by the queue and the schedule, never on behalf of a user.
  worker: {
    tables: {
      connections: ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'],
      conversations: [
        'BatchGetItem',
        'ConditionCheckItem',
        'DeleteItem',
        'GetItem',
        'PutItem',
        'UpdateItem',
        'Query',
      ],
      invitations: ['DeleteItem', 'Query', 'UpdateItem'],
      users: ['BatchGetItem', 'GetItem', 'Query'],
    },
    tokenSecret: false,
    openConnections: ['POST', 'GET', 'DELETE'],
    tasks: ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'],
  },
}
