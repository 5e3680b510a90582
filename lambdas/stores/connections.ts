import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { admissionStore } from './admissions.ts'
import { type Connection, connectionKey, isClosing, OPEN, toConnection } from './connection-row.ts'
import {
  batchGet,
  cancellationReasons,
  failedCondition,
  isConditionFailure,
  retryConflicts,
  type Table,
  type TransactItem,
  updateIf,
} from './table.ts'
import { type UserConnection, channelStore } from './user-connections.ts'

/** API Gateway cuts a connection after two hours; TTL sweeps what no event removed. Seconds. */
const ROW_LIFETIME = 2 * 3600 + 600

export type ConnectionStore = ReturnType<typeof connectionStore>

export function connectionStore(table: Table) {
  const { db, tableName: TableName } = table
  const { enter, ...channels } = channelStore(table)
  return {
    ...channels,
    ...admissionStore(table),

    /** Remembers a connection. */
    async open(id: string, now: number): Promise<void> {
      const Item = {
        ...connectionKey(id),
        id,
        opened_at: now,
        expires_at: Math.floor(now / 1000) + ROW_LIFETIME,
      }
      // A first try that was given up and arrives late must not wipe what has happened since.
      const put = new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' })
      try {
        await db.send(put)
      } catch (error) {
        if (!isConditionFailure(error)) throw error
      }
    },

    /** An open connection; one that is being taken away is none. */
    async find(id: string): Promise<Connection | undefined> {
      const { Item } = await db.send(
        new GetCommand({ TableName, Key: connectionKey(id), ConsistentRead: true }),
      )
      return Item && !Item['closing'] ? toConnection(Item) : undefined
    },

    /**
     * Makes the connection its user's, or extends it. Both rows or neither: a connection that is gone, or is
     * another user's, stays as it is.
     * @param insist what else must hold in that moment
     * @param hasJoined whether it may have joined conversations, whose rows hold the expiry too
     */
    async authenticate(
      { id, user, since, tokenExpiresAt }: UserConnection,
      insist: readonly TransactItem[] = [],
      hasJoined = true,
    ): Promise<boolean> {
      const isFree = `${OPEN} AND (attribute_not_exists(#user) OR #user = :user)`
      try {
        await retryConflicts(() =>
          db.send(
            new TransactWriteCommand({
              TransactItems: [
                {
                  Update: {
                    TableName,
                    Key: connectionKey(id),
                    UpdateExpression: 'SET #user = :user, token_expires_at = :expires',
                    // An update would create the row anew after a $disconnect has removed it.
                    ConditionExpression: hasJoined ? isFree : `${isFree} AND attribute_not_exists(joined)`,
                    ExpressionAttributeNames: { '#user': 'user' },
                    ExpressionAttributeValues: { ':user': user, ':expires': tokenExpiresAt },
                  },
                },
                enter({ id, user, since, tokenExpiresAt }),
                ...insist,
              ],
            }),
          ),
        )
        return true
      } catch (error) {
        // Cancelled for any other reason, nothing is known against it: the caller may try again.
        if (cancellationReasons(error)?.some(failedCondition)) return false
        throw error
      }
    },

    /**
     * Counts a refused token (`failures`) or a frame that came too fast (`strikes`); resolves with how many there
     * were, or undefined if the connection is gone.
     */
    async count(id: string, counter: 'failures' | 'strikes'): Promise<number | undefined> {
      const counted = await updateIf(
        table,
        new UpdateCommand({
          TableName,
          Key: connectionKey(id),
          UpdateExpression: `ADD ${counter} :one`,
          ConditionExpression: OPEN,
          ExpressionAttributeValues: { ':one': 1 },
          ReturnValues: 'UPDATED_NEW',
        }),
      )
      return counted && Number(counted[counter])
    },

    /**
     * Begins to take a connection away and resolves with what is known of it. From here on nothing can be added to
     * it; whoever comes again, after a crash in between, gets the same answer until it is removed.
     */
    async markClosing(id: string): Promise<Connection | undefined> {
      const taken = await updateIf(
        table,
        new UpdateCommand({
          TableName,
          Key: connectionKey(id),
          UpdateExpression: 'SET closing = :true',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':true': true },
          ReturnValues: 'ALL_NEW',
        }),
      )
      return taken && toConnection(taken)
    },

    /** Ends what `markClosing` began, once everything that the connection's row names is gone. */
    async remove(id: string): Promise<void> {
      await db.send(new DeleteCommand({ TableName, Key: connectionKey(id) }))
    },

    /** The open connections of a user, as their own rows know them. */
    async openConnections(user: string): Promise<readonly Connection[]> {
      const ids = await channels.userConnections(user)
      const rows = await batchGet(
        table,
        ids.map(({ id }) => connectionKey(id)),
      )
      return rows
        .filter((row) => !isClosing(row))
        .map(toConnection)
        .filter((connection) => connection.user === user)
    },

    /** What stands of a connection, also while it is being taken away. */
    async inspect(id: string): Promise<(Connection & { readonly closing: boolean }) | undefined> {
      const { Item } = await db.send(
        new GetCommand({ TableName, Key: connectionKey(id), ConsistentRead: true }),
      )
      return Item && { ...toConnection(Item), closing: isClosing(Item) }
    },
  }
}
