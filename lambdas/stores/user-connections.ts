import type { UserConnection } from '../model.ts'
import { batchGet, get, type Row, type Table, type TransactItem, update } from './table.ts'

const userConnectionsKey = (user: string) => ({ pk: `USER#${user}`, sk: 'CHANNEL' })

/**
 * The connections of each user, on one row: one attribute per connection, so that a single batch reads the connections
 * of a hundred users. The row outlives its connections; cleanup removes their attributes.
 */
export function userConnectionStore(table: Table) {
  return {
    /** Removes one connection from its user's row. */
    async removeUserConnection(user: string, id: string): Promise<void> {
      await update(table, {
        Key: userConnectionsKey(user),
        UpdateExpression: 'REMOVE #connection',
        ConditionExpression: 'attribute_exists(#connection)',
        ExpressionAttributeNames: { '#connection': id },
      })
    },

    /** Every connection of a user. */
    async userConnections(user: string): Promise<readonly UserConnection[]> {
      const row = await get(table, userConnectionsKey(user))
      return row ? toUserConnections(row) : []
    },

    /** Every connection of several users. */
    async userConnectionsOf(users: Iterable<string>): Promise<readonly UserConnection[]> {
      return (await batchGet(table, [...users].map(userConnectionsKey))).flatMap(toUserConnections)
    },
  }
}

/** Adds a connection to its user's row, or extends it. */
export const addUserConnection = (
  TableName: string,
  { id, user, since, tokenExpiresAt }: UserConnection,
): TransactItem => ({
  Update: {
    TableName,
    Key: userConnectionsKey(user),
    UpdateExpression: 'SET #connection = :connection',
    ExpressionAttributeNames: { '#connection': id },
    ExpressionAttributeValues: { ':connection': { since, token_expires_at: tokenExpiresAt } },
  },
})

function toUserConnections({ pk, sk: _sk, ...connections }: Row): readonly UserConnection[] {
  const user = String(pk).slice('USER#'.length)
  return Object.entries(connections).map(([id, connection]) => {
    const { since, token_expires_at } = connection as Row
    return { id, user, since: Number(since), tokenExpiresAt: Number(token_expires_at) }
  })
}
