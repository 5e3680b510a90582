import type { UserConnection } from '../model.ts'
import { connectionKey, IS_OPEN } from './connection-row.ts'
import { type Table, transact } from './table.ts'
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
     * Gives a connection to its user, or renews the token of the same user. False if the connection is gone
     * or belongs to another user, or if the user is not an administrator, or was signed out after the token was
     * issued, at the time of the commit.
     *
     * @param hasJoined if false, also fails if the connection has joined a conversation, because the rows
     *   of joined conversations store the expiry too
     * @param issuedAt `iat` of the token in epoch seconds, 0 if it has none
     */
    async bind(connection: UserConnection, hasJoined: boolean, issuedAt: number): Promise<boolean> {
      const { id, user, tokenExpiresAt } = connection
      const isFree = `${IS_OPEN} AND (attribute_not_exists(#user) OR #user = :user)`
      const failed = await transact(db, [
        {
          Update: {
            TableName: connectionsTable,
            Key: connectionKey(id),
            UpdateExpression: 'SET #user = :user, token_expires_at = :expires',
            // Without a condition the update would create the row again after a $disconnect has removed it.
            ConditionExpression: hasJoined ? isFree : `${isFree} AND attribute_not_exists(joined)`,
            ExpressionAttributeNames: { '#user': 'user' },
            ExpressionAttributeValues: { ':user': user, ':expires': tokenExpiresAt },
          },
        },
        addUserConnection(connectionsTable, connection),
        // Removing a user deletes the profile first and then cleans up the connections, and signing out works the
        // same way: either it finds this connection, or this check fails.
        {
          ConditionCheck: {
            TableName: usersTable,
            Key: profileKey(user),
            ConditionExpression: `#role = :admin AND ${ISSUED_SINCE_SIGN_OUT}`,
            ExpressionAttributeNames: { '#role': 'role' },
            ExpressionAttributeValues: { ':admin': 'admin', ':issued': issuedAt },
          },
        },
      ])
      return failed === undefined
    },
  }
}
