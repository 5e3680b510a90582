import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { batchGet, type Row, type Table, type TransactItem, updateIf } from './table.ts'

/** A connection of a personal channel. */
export interface UserConnection {
  readonly id: string
  readonly user: string
  /** When it opened, epoch milliseconds. */
  readonly since: number
  /** When its token expires, epoch milliseconds. */
  readonly tokenExpiresAt: number
}

const channelKey = (user: string) => ({ pk: `USER#${user}`, sk: 'CHANNEL' })

/**
 * The personal channel of a user: all connections on one row, each an attribute of its own, so that the channels of a
 * hundred people are one read. A row outlives its connections; it is emptied by those who forget them.
 */
export function channelStore({ db, tableName: TableName }: Table) {
  return {
    /** The part of a transaction that makes a connection one of its user's, or extends it. */
    enter({ id, user, since, tokenExpiresAt }: UserConnection): TransactItem {
      return {
        Update: {
          TableName,
          Key: channelKey(user),
          UpdateExpression: 'SET #connection = :connection',
          ExpressionAttributeNames: { '#connection': id },
          ExpressionAttributeValues: { ':connection': { since, token_expires_at: tokenExpiresAt } },
        },
      }
    },

    /** Takes one connection off its user's channel, and nothing else. */
    async removeUserConnection(user: string, id: string): Promise<void> {
      await updateIf(
        { db },
        new UpdateCommand({
          TableName,
          Key: channelKey(user),
          UpdateExpression: 'REMOVE #connection',
          ConditionExpression: 'attribute_exists(#connection)',
          ExpressionAttributeNames: { '#connection': id },
        }),
      )
    },

    /** Every connection of a user. */
    async userConnections(user: string): Promise<readonly UserConnection[]> {
      const get = new GetCommand({ TableName, Key: channelKey(user), ConsistentRead: true })
      const { Item } = await db.send(get)
      return Item ? toChannel(Item) : []
    },

    /** Every connection of several users. */
    async userConnectionsOf(users: Iterable<string>): Promise<readonly UserConnection[]> {
      const rows = await batchGet({ db, tableName: TableName }, [...users].map(channelKey))
      return rows.flatMap(toChannel)
    },
  }
}

function toChannel({ pk, sk: _sk, ...connections }: Row): readonly UserConnection[] {
  const user = String(pk).slice('USER#'.length)
  return Object.entries(connections).map(([id, connection]) => {
    const { since, token_expires_at } = connection as Row
    return { id, user, since: Number(since), tokenExpiresAt: Number(token_expires_at) }
  })
}
