import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import {
  cancellationReasons,
  isConditionFailure,
  queryRows,
  type Row,
  retryConflicts,
  type Table,
} from './table.ts'

/**
 * A connection is two rows: `CONN#<id>` says who it is, `USER#<user>/CONN#<id>` makes it part of its user's
 * personal channel. Which conversations it joined stands on the first as a list for cleaning up, and, where
 * it counts, on the participant's row of each conversation.
 */
export interface Connection {
  readonly id: string
  /** Absent until it has authenticated. */
  readonly user?: string
  /** When its token expires, epoch milliseconds. */
  readonly tokenExpiresAt: number
  readonly joined: ReadonlySet<string>
}

/** A connection of a personal channel. */
export interface ChannelConnection {
  readonly id: string
  readonly user: string
  readonly tokenExpiresAt: number
}

/** API Gateway cuts a connection after two hours; TTL sweeps what no event removed. Seconds. */
const ROW_LIFETIME = 2 * 3600 + 600

const connectionKey = (id: string) => ({ pk: `CONN#${id}`, sk: 'CONN' })
const channelKey = (user: string, id: string) => ({ pk: `USER#${user}`, sk: `CONN#${id}` })

export type ConnectionStore = ReturnType<typeof connectionStore>

export function connectionStore(table: Table) {
  const { documents, tableName: TableName } = table
  return {
    async open(id: string, now: number): Promise<void> {
      await documents.send(
        new PutCommand({
          TableName,
          Item: { ...connectionKey(id), id, expires_at: Math.floor(now / 1000) + ROW_LIFETIME },
        }),
      )
    },

    async find(id: string): Promise<Connection | undefined> {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: connectionKey(id), ConsistentRead: true }),
      )
      return Item && toConnection(Item)
    },

    /**
     * Makes the connection its user's, or extends it. Both rows or neither: a connection that is gone, or is
     * another user's, stays as it is.
     */
    async authenticate(id: string, user: string, tokenExpiresAt: number, now: number): Promise<boolean> {
      const values = { user, token_expires_at: tokenExpiresAt }
      try {
        await retryConflicts(() =>
          documents.send(
            new TransactWriteCommand({
              TransactItems: [
                {
                  Update: {
                    TableName,
                    Key: connectionKey(id),
                    UpdateExpression: 'SET #user = :user, token_expires_at = :expires',
                    // An update would create the row anew after a $disconnect has removed it.
                    ConditionExpression:
                      'attribute_exists(pk) AND (attribute_not_exists(#user) OR #user = :user)',
                    ExpressionAttributeNames: { '#user': 'user' },
                    ExpressionAttributeValues: { ':user': user, ':expires': tokenExpiresAt },
                  },
                },
                {
                  Put: {
                    TableName,
                    Item: {
                      ...channelKey(user, id),
                      id,
                      ...values,
                      expires_at: Math.floor(now / 1000) + ROW_LIFETIME,
                    },
                  },
                },
              ],
            }),
          ),
        )
        return true
      } catch (error) {
        if (cancellationReasons(error)) return false
        throw error
      }
    },

    /** Counts a refused authentication; resolves with how many there were, or undefined if it is gone. */
    async countFailure(id: string): Promise<number | undefined> {
      try {
        const { Attributes } = await documents.send(
          new UpdateCommand({
            TableName,
            Key: connectionKey(id),
            UpdateExpression: 'ADD failures :one',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':one': 1 },
            ReturnValues: 'UPDATED_NEW',
          }),
        )
        return Number(Attributes?.['failures'])
      } catch (error) {
        if (isConditionFailure(error)) return undefined
        throw error
      }
    },

    /** Takes a conversation off the list of joined ones. */
    async unlist(id: string, conversation: string): Promise<void> {
      try {
        await documents.send(
          new UpdateCommand({
            TableName,
            Key: connectionKey(id),
            UpdateExpression: 'DELETE joined :conversation',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':conversation': new Set([conversation]) },
          }),
        )
      } catch (error) {
        if (!isConditionFailure(error)) throw error
      }
    },

    /** Removes the connection's row and resolves with what stood there, once. */
    async take(id: string): Promise<Connection | undefined> {
      const { Attributes } = await documents.send(
        new DeleteCommand({ TableName, Key: connectionKey(id), ReturnValues: 'ALL_OLD' }),
      )
      return Attributes && toConnection(Attributes)
    },

    async leaveChannel(user: string, id: string): Promise<void> {
      await documents.send(new DeleteCommand({ TableName, Key: channelKey(user, id) }))
    },

    /** Every connection of a user. */
    async channel(user: string): Promise<readonly ChannelConnection[]> {
      const connections: ChannelConnection[] = []
      for await (const row of queryRows(table, {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': `USER#${user}`, ':prefix': 'CONN#' },
      })) {
        connections.push({ id: String(row['id']), user, tokenExpiresAt: Number(row['token_expires_at']) })
      }
      return connections
    },
  }
}

function toConnection(row: Row): Connection {
  return {
    id: String(row['id']),
    ...(typeof row['user'] === 'string' ? { user: row['user'] } : {}),
    tokenExpiresAt: Number(row['token_expires_at'] ?? 0),
    joined: (row['joined'] as ReadonlySet<string> | undefined) ?? new Set(),
  }
}
