import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { authenticationStore } from '../../lambdas/stores/authentication.ts'
import { connectionStore } from '../../lambdas/stores/connections.ts'
import { conversationStore } from '../../lambdas/stores/conversations.ts'
import { handshakeStore } from '../../lambdas/stores/handshakes.ts'
import { invitationStore } from '../../lambdas/stores/invitations.ts'
import { logStore } from '../../lambdas/stores/log.ts'
import { membershipStore } from '../../lambdas/stores/memberships.ts'
import { presenceStore } from '../../lambdas/stores/presence.ts'
import { registerStore } from '../../lambdas/stores/register.ts'
import { subscriptionStore } from '../../lambdas/stores/subscriptions.ts'
import { userStore } from '../../lambdas/stores/users.ts'

interface TableNames {
  readonly connections: string
  readonly conversations: string
  readonly invitations: string
  readonly users: string
}

/** Every store of the product, on whatever engine or mock the client talks to. */
export function allStores(db: DynamoDBDocumentClient, tables: TableNames) {
  const onConnections = { db, tableName: tables.connections }
  const onConversations = { db, tableName: tables.conversations }
  const connectionsTable = tables.connections
  const conversationsTable = tables.conversations
  return {
    authentication: authenticationStore({ db, connectionsTable, usersTable: tables.users }),
    connections: connectionStore(onConnections),
    handshakes: handshakeStore(onConnections),
    register: registerStore(onConnections),
    presence: presenceStore(onConnections),
    subscriptions: subscriptionStore({ db, connectionsTable, conversationsTable }),
    conversations: conversationStore(onConversations),
    log: logStore(onConversations),
    memberships: membershipStore(onConversations),
    invitations: invitationStore({ db, tableName: tables.invitations, conversationsTable, lifetimeDays: 30 }),
    users: userStore({ db, tableName: tables.users }),
  }
}
