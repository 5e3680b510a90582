import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { CONNECTION_ROW_TTL_SECONDS } from '../limits.ts'
import type { Connection } from '../model.ts'
import { admissionStore } from './admissions.ts'
import { connectionKey, IS_OPEN, isClosing, toConnection } from './connection-row.ts'
import { batchGet, get, IF_EXISTS, IF_NEW, put, type Table, update } from './table.ts'
import { userConnectionStore } from './user-connections.ts'

export type ConnectionStore = ReturnType<typeof connectionStore>

export function connectionStore(table: Table) {
  const { db, tableName: TableName } = table
  const userConnections = userConnectionStore(table)
  return {
    ...userConnections,
    ...admissionStore(table),

    /** Stores a new connection. */
    async open(id: string, now: number): Promise<void> {
      const Item = {
        ...connectionKey(id),
        id,
        opened_at: now,
        expires_at: Math.floor(now / 1000) + CONNECTION_ROW_TTL_SECONDS,
      }
      // The SDK may retry a put that timed out; the late one must not overwrite what has happened since.
      await put(table, { Item, ...IF_NEW })
    },

    /** An open connection; undefined once its cleanup has begun. */
    async find(id: string): Promise<Connection | undefined> {
      const row = await get(table, connectionKey(id))
      return row && !row['closing'] ? toConnection(row) : undefined
    },

    /** A connection in any state, and whether it is being cleaned up. */
    async inspect(id: string): Promise<(Connection & { readonly closing: boolean }) | undefined> {
      const row = await get(table, connectionKey(id))
      return row && { ...toConnection(row), closing: isClosing(row) }
    },

    /**
     * Counts a refused token (`failures`) or a frame above the rate (`strikes`). Resolves with the count, or with
     * undefined if the connection is gone.
     */
    async count(id: string, counter: 'failures' | 'strikes'): Promise<number | undefined> {
      const counted = await update(table, {
        Key: connectionKey(id),
        UpdateExpression: `ADD ${counter} :one`,
        ConditionExpression: IS_OPEN,
        ExpressionAttributeValues: { ':one': 1 },
        ReturnValues: 'UPDATED_NEW',
      })
      return counted && Number(counted[counter])
    },

    /**
     * Starts the cleanup of a connection and resolves with its row. From then on nothing can be added to it.
     * If called again after a crash, it returns the same row until that row is removed.
     */
    async markClosing(id: string): Promise<Connection | undefined> {
      const marked = await update(table, {
        Key: connectionKey(id),
        UpdateExpression: 'SET closing = :true',
        ...IF_EXISTS,
        ExpressionAttributeValues: { ':true': true },
        ReturnValues: 'ALL_NEW',
      })
      return marked && toConnection(marked)
    },

    /** Ends the cleanup, once everything that the connection's row refers to is gone. */
    async remove(id: string): Promise<void> {
      await db.send(new DeleteCommand({ TableName, Key: connectionKey(id) }))
    },

    /** The open connections of a user, read from their own rows. */
    async openConnections(user: string): Promise<readonly Connection[]> {
      const listed = await userConnections.userConnections(user)
      const keys = listed.map(({ id }) => connectionKey(id))
      return (await batchGet(table, keys))
        .filter((row) => !isClosing(row))
        .map(toConnection)
        .filter((connection) => connection.user === user)
    },
  }
}
