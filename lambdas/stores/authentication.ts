import type { UserConnection } from '../model.ts'
import { connectionKey, IS_OPEN, newConnectionRow } from './connection-row.ts'
import { IS_WAITING, registerKey } from './register.ts'
import { IF_NEW, putItem, type Table, type TransactItem, transact } from './table.ts'
import { addUserConnection } from './user-connections.ts'
import { ISSUED_SINCE_SIGN_OUT, profileKey } from './users.ts'

export type AuthenticationStore = ReturnType<typeof authenticationStore>

/** Binds connections to users. */
export function authenticationStore({
  db,
  connectionsTable,
  usersTable,
}: Pick<Table, 'db'> & { readonly connectionsTable: string; readonly usersTable: string }) {
  return {
    /**
     * Binds a connection that has not authenticated to its user. False if, at the time of the commit, the connection is
     * gone or has authenticated, or the user is not an administrator or was signed out after the token was issued.
     *
     * @param arrival the state of its rate limit for frames, and when it was last heard from
     * @param issuedAt `iat` of the token in epoch seconds, 0 if it has none
     */
    async bind(connection: UserConnection, arrival: number, issuedAt: number): Promise<boolean> {
      const { id, user, since: openedAt, tokenExpiresAt } = connection
      const failed = await transact(db, [
        {
          Update: {
            TableName: connectionsTable,
            Key: registerKey({ id, openedAt }),
            // The address is removed, because it serves only to refuse early joins.
            UpdateExpression: 'SET #user = :user, token_expires_at = :expires REMOVE address',
            ...IS_WAITING,
            ExpressionAttributeValues: { ':user': user, ':expires': tokenExpiresAt },
          },
        },
        putItem(connectionsTable, newConnectionRow(connection, arrival), IF_NEW),
        addUserConnection(connectionsTable, connection),
        mayConnect(user, issuedAt),
      ])
      return failed === undefined
    },

    /**
     * Renews the token of a connection. False if, at the time of the commit, the connection is gone or belongs to
     * another user, or the user is not an administrator or was signed out after the token was issued.
     *
     * @param hasJoined whether the connection was read with joined conversations. If false, this also fails if it has
     *   joined one since, because the rows of joined conversations store the expiry too
     * @param issuedAt `iat` of the token in epoch seconds, 0 if it has none
     */
    async renew(connection: UserConnection, hasJoined: boolean, issuedAt: number): Promise<boolean> {
      const { id, user, tokenExpiresAt } = connection
      // An older version stored connections without a user.
      const isOwn = `${IS_OPEN} AND (attribute_not_exists(#user) OR #user = :user)`
      const failed = await transact(db, [
        {
          Update: {
            TableName: connectionsTable,
            Key: connectionKey(id),
            UpdateExpression: 'SET #user = :user, token_expires_at = :expires',
            // Without a condition the update would create the row again after a $disconnect has removed it.
            ConditionExpression: hasJoined ? isOwn : `${isOwn} AND attribute_not_exists(joined)`,
            ExpressionAttributeNames: { '#user': 'user' },
            ExpressionAttributeValues: { ':user': user, ':expires': tokenExpiresAt },
          },
        },
        addUserConnection(connectionsTable, connection),
        mayConnect(user, issuedAt),
      ])
      return failed === undefined
    },
  }

  /**
   * Removing a user deletes the profile first and then cleans up the connections. Signing out a user works in the same
   * order. So either that cleanup finds this connection, or this check fails.
   */
  function mayConnect(user: string, issuedAt: number): TransactItem {
    return {
      ConditionCheck: {
        TableName: usersTable,
        Key: profileKey(user),
        ConditionExpression: `#role = :admin AND ${ISSUED_SINCE_SIGN_OUT}`,
        ExpressionAttributeNames: { '#role': 'role' },
        ExpressionAttributeValues: { ':admin': 'admin', ':issued': issuedAt },
      },
    }
  }
}
