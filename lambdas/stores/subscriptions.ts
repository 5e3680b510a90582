import { limits } from '../../protocol/limits.ts'
import { allDone } from '../async.ts'
import { connectionKey, IS_OPEN } from './connection-row.ts'
import { conversationKeys } from './conversation-keys.ts'
import { RETURN_FAILED, type Table, transact, update } from './table.ts'

export type SubscriptionStore = ReturnType<typeof subscriptionStore>

/**
 * Records which connection has joined which conversation, in two places: on the participant's row with the expiry of
 * the token, where a fan-out reads it, and on the connection's row as a list, which cleanup uses. One transaction
 * changes both.
 */
export function subscriptionStore({
  db,
  connectionsTable,
  conversationsTable,
}: Pick<Table, 'db'> & { readonly connectionsTable: string; readonly conversationsTable: string }) {
  return {
    /**
     * Joins a connection. The conditions ensure that no row is written for a connection that has just closed
     * or for a user who is not a participant, and that no join replaces a renewed expiry with an older one.
     *
     * @param at when the frame was received; no leave that was received earlier, or at the same time, undoes the join
     */
    async join(
      conversation: string,
      user: string,
      connection: string,
      tokenExpiresAt: number,
      at: number,
    ): Promise<'joined' | 'not_participant' | 'not_connected'> {
      const participant = participantRow(conversation, user, connection)
      const failed = await transact(db, [
        {
          Update: {
            ...connectionRow(connection),
            UpdateExpression: 'ADD joined :conversations',
            ConditionExpression:
              `#user = :user AND token_expires_at = :expires AND ${IS_OPEN} AND ` +
              '(attribute_not_exists(joined) OR size(joined) < :most OR contains(joined, :conversation))',
            ExpressionAttributeNames: { '#user': 'user' },
            ExpressionAttributeValues: {
              ':user': user,
              ':expires': tokenExpiresAt,
              ':most': limits.joinedConversations,
              ':conversation': conversation,
              ':conversations': new Set([conversation]),
            },
          },
        },
        {
          Update: {
            ...participant,
            UpdateExpression: 'SET joined.#connection = :expires, #joined_at = :at',
            ConditionExpression:
              'attribute_exists(pk) AND (attribute_not_exists(#joined_at) OR #joined_at <= :at)',
            ExpressionAttributeValues: { ':expires': tokenExpiresAt, ':at': at },
            ...RETURN_FAILED,
          },
        },
      ])
      if (failed?.[1] && failed[1].old === undefined) return 'not_participant'
      // Otherwise only the time of the join can be the reason: a frame that was received later has already joined.
      return failed?.[0] ? 'not_connected' : 'joined'
    },

    /**
     * Writes a renewed expiry. Does nothing if the connection has not joined, or if a newer renewal came
     * first and wrote its own expiry.
     */
    async renew(
      conversation: string,
      user: string,
      connection: string,
      tokenExpiresAt: number,
    ): Promise<void> {
      await transact(db, [
        {
          ConditionCheck: {
            ...connectionRow(connection),
            ConditionExpression: 'token_expires_at = :expires',
            ExpressionAttributeValues: { ':expires': tokenExpiresAt },
          },
        },
        {
          Update: {
            ...participantRow(conversation, user, connection),
            UpdateExpression: 'SET joined.#connection = :expires',
            ExpressionAttributeNames: { '#connection': connection },
            ExpressionAttributeValues: { ':expires': tokenExpiresAt },
            ...IF_JOINED,
          },
        },
      ])
    },

    /**
     * Leaves a conversation. Does nothing if the connection has not joined, or if it has joined with a frame that was
     * received at this time or later.
     */
    async leave(conversation: string, user: string, connection: string, at: number): Promise<void> {
      const failed = await transact(db, [
        {
          Update: {
            ...connectionRow(connection),
            UpdateExpression: 'DELETE joined :conversations',
            ConditionExpression: IS_OPEN,
            ExpressionAttributeValues: { ':conversations': new Set([conversation]) },
          },
        },
        {
          Update: {
            ...participantRow(conversation, user, connection),
            ...REMOVAL,
            ConditionExpression:
              'attribute_exists(pk) AND (attribute_not_exists(#joined_at) OR #joined_at < :at)',
            ExpressionAttributeValues: { ':at': at },
            ...RETURN_FAILED,
          },
        },
      ])
      // The user has left the group, and the call crashed before it cleaned up the connections.
      if (failed?.[1] && failed[1].old === undefined)
        await removeConversation(conversation, user, [connection])
    },

    removeConversation,

    /** Removes a connection that is gone from a participant's row. */
    async drop(conversation: string, user: string, connection: string): Promise<void> {
      const participant = participantRow(conversation, user, connection)
      await update({ db, tableName: conversationsTable }, { ...participant, ...REMOVAL, ...IF_JOINED })
    },
  }

  /**
   * Removes a conversation from the lists of connections whose user is no longer a participant. Skips connections that
   * have joined again because the user has come back.
   */
  async function removeConversation(
    conversation: string,
    user: string,
    connections: readonly string[],
  ): Promise<void> {
    await allDone(
      connections.map((connection) =>
        transact(db, [
          {
            Update: {
              ...connectionRow(connection),
              UpdateExpression: 'DELETE joined :conversations',
              ConditionExpression: 'contains(joined, :conversation)',
              ExpressionAttributeValues: {
                ':conversation': conversation,
                ':conversations': new Set([conversation]),
              },
            },
          },
          {
            ConditionCheck: {
              ...participantRow(conversation, user, connection),
              ExpressionAttributeNames: { '#connection': connection },
              ConditionExpression: 'attribute_not_exists(joined.#connection)',
            },
          },
        ]),
      ),
    )
  }

  function connectionRow(connection: string) {
    return { TableName: connectionsTable, Key: connectionKey(connection) }
  }

  function participantRow(conversation: string, user: string, connection: string) {
    return {
      TableName: conversationsTable,
      Key: conversationKeys.participant(conversation, user),
      ExpressionAttributeNames: { '#connection': connection, '#joined_at': `joined_at#${connection}` },
    }
  }
}

/** Parts of an update to a participant's row. The time of the join is there as long as the connection has joined. */
const REMOVAL = { UpdateExpression: 'REMOVE joined.#connection, #joined_at' }
const IF_JOINED = { ConditionExpression: 'attribute_exists(joined.#connection)' }
