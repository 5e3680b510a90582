import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import type { Connection } from '../model.ts'
import { admissionStore } from './admissions.ts'
import { connectionKey, isClosing, toConnection } from './connection-row.ts'
import { messageCountStore } from './message-counts.ts'
import { strikeStore } from './strikes.ts'
import { batchGet, get, IF_EXISTS, type Table, update } from './table.ts'
import { userConnectionStore } from './user-connections.ts'

/** A connection, and whether it is being cleaned up. */
export type Inspected = Connection & { readonly closing: boolean }

export type ConnectionStore = ReturnType<typeof connectionStore>

export function connectionStore(table: Table) {
  const { db, tableName: TableName } = table
  const userConnections = userConnectionStore(table)
  return {
    ...userConnections,
    ...admissionStore(table),
    ...strikeStore(table),
    ...messageCountStore(table),

    /** An open connection; undefined once its cleanup has begun. */
    async find(id: string): Promise<Connection | undefined> {
      const row = await get(table, connectionKey(id))
      return row && !row['closing'] ? toConnection(row) : undefined
    },

    /** The connections among these ids, in any state, and whether each is being cleaned up. */
    async inspectAll(ids: Iterable<string>): Promise<ReadonlyMap<string, Inspected>> {
      const rows = await batchGet(table, [...ids].map(connectionKey))
      return new Map(
        rows.map((row) => [String(row['id']), { ...toConnection(row), closing: isClosing(row) }]),
      )
    },

    /** A connection in any state, and whether it is being cleaned up. */
    async inspect(id: string): Promise<Inspected | undefined> {
      const row = await get(table, connectionKey(id))
      return row && { ...toConnection(row), closing: isClosing(row) }
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
