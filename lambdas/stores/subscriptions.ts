import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { limits } from '../../protocol/limits.ts'
import { connectionKey, OPEN } from './connection-row.ts'
import { conversationKeys } from './log.ts'
import { cancellationReasons, failedCondition, retryConflicts, type Table, updateIf } from './table.ts'

export type JoinOutcome = 'joined' | 'not_participant' | 'not_connected'

type Items = ConstructorParameters<typeof TransactWriteCommand>[0]['TransactItems']

export type SubscriptionStore = ReturnType<typeof subscriptionStore>

/**
 * Which connection has joined which conversation stands in two places: on the participant's row with the expiry of
 * the token, where a fan-out reads it, and on the connection's row as a list, by which it is cleaned up. Both change
 * together or not at all.
 */
export function subscriptionStore({
  db,
  connectionsTable,
  conversationsTable,
}: Pick<Table, 'db'> & { readonly connectionsTable: string; readonly conversationsTable: string }) {
  return {
    /**
     * Joins a connection. Neither a connection that has just closed nor a user who is no participant can leave a row
     * behind, and no join can write an expiry from before a renewal.
     */
    async join(
      conversation: string,
      user: string,
      connection: string,
      tokenExpiresAt: number,
    ): Promise<JoinOutcome> {
      const failed = await transact([
        {
          Update: {
            TableName: connectionsTable,
            Key: connectionKey(connection),
            UpdateExpression: 'ADD joined :conversations',
            ConditionExpression:
              `#user = :user AND token_expires_at = :expires AND ${OPEN} AND ` +
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
            ...participant(conversation, user, connection),
            UpdateExpression: 'SET joined.#connection = :expires',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':expires': tokenExpiresAt },
          },
        },
      ])
      if (failed?.[1]) return 'not_participant'
      return failed ? 'not_connected' : 'joined'
    },

    /**
     * Writes a renewed expiry where the connection has joined. Nothing happens where it has not, and where a newer
     * renewal came in between: that one writes its own.
     */
    async renew(
      conversation: string,
      user: string,
      connection: string,
      tokenExpiresAt: number,
    ): Promise<void> {
      await transact([
        {
          ConditionCheck: {
            TableName: connectionsTable,
            Key: connectionKey(connection),
            ConditionExpression: 'token_expires_at = :expires',
            ExpressionAttributeValues: { ':expires': tokenExpiresAt },
          },
        },
        {
          Update: {
            ...participant(conversation, user, connection),
            UpdateExpression: 'SET joined.#connection = :expires',
            ConditionExpression: 'attribute_exists(joined.#connection)',
            ExpressionAttributeValues: { ':expires': tokenExpiresAt },
          },
        },
      ])
    },

    /** Leaves; nothing happens where it has not joined. */
    async leave(conversation: string, user: string, connection: string): Promise<void> {
      const failed = await transact([
        {
          Update: {
            TableName: connectionsTable,
            Key: connectionKey(connection),
            UpdateExpression: 'DELETE joined :conversations',
            ConditionExpression: OPEN,
            ExpressionAttributeValues: { ':conversations': new Set([conversation]) },
          },
        },
        {
          Update: {
            ...participant(conversation, user, connection),
            UpdateExpression: 'REMOVE joined.#connection',
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
      ])
      // The user left the group, and whoever did it died before the connections were cleaned up.
      if (failed?.[1]) await removeConversation(conversation, user, [connection])
    },

    removeConversation,

    /** Takes a connection that is gone off a participant's row, and that one only. */
    async drop(conversation: string, user: string, connection: string): Promise<void> {
      await updateIf(
        { db },
        new UpdateCommand({
          ...participant(conversation, user, connection),
          UpdateExpression: 'REMOVE joined.#connection',
          ConditionExpression: 'attribute_exists(joined.#connection)',
        }),
      )
    },
  }

  /**
   * Takes a conversation off the lists of connections whose user is no participant any more; not off that of one who
   * has come back and joined meanwhile.
   */
  async function removeConversation(
    conversation: string,
    user: string,
    connections: readonly string[],
  ): Promise<void> {
    await Promise.all(
      connections.map((connection) =>
        transact([
          {
            Update: {
              TableName: connectionsTable,
              Key: connectionKey(connection),
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
              ...participant(conversation, user, connection),
              ConditionExpression: 'attribute_not_exists(joined.#connection)',
            },
          },
        ]),
      ),
    )
  }

  function participant(conversation: string, user: string, connection: string) {
    return {
      TableName: conversationsTable,
      Key: conversationKeys.participant(conversation, user),
      ExpressionAttributeNames: { '#connection': connection },
    }
  }

  /** Resolves with undefined, or with which of the conditions failed. */
  async function transact(TransactItems: Items): Promise<readonly boolean[] | undefined> {
    try {
      await retryConflicts(() => db.send(new TransactWriteCommand({ TransactItems })))
      return undefined
    } catch (error) {
      const failed = cancellationReasons(error)?.map(failedCondition)
      if (!failed?.some(Boolean)) throw error
      return failed
    }
  }
}
