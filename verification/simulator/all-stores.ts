import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { connectionStore } from '../../lambdas/stores/connections.ts'
import { conversationStore } from '../../lambdas/stores/conversations.ts'
import { handshakeStore } from '../../lambdas/stores/handshakes.ts'
import { invitationStore } from '../../lambdas/stores/invitations.ts'
import { logStore } from '../../lambdas/stores/log.ts'
import { presenceStore } from '../../lambdas/stores/presence.ts'
import { joinStore } from '../../lambdas/stores/subscriptions.ts'
import { dueStore } from '../../lambdas/stores/sweep-schedule.ts'
import { userStore } from '../../lambdas/stores/users.ts'

interface TableNames {
  readonly connections: string
  readonly conversations: string
  readonly invitations: string
  readonly users: string
}

/** Every store of the product, on whatever engine or mock the client speaks to. */
export function allStores(documents: DynamoDBDocumentClient, tables: TableNames) {
  const onConnections = { documents, tableName: tables.connections }
  const onConversations = { documents, tableName: tables.conversations }
  return {
    connections: connectionStore(onConnections),
    handshakes: handshakeStore(onConnections),
    dues: dueStore(onConnections),
    presence: presenceStore(onConnections),
    joins: joinStore({
      documents,
      connectionsTable: tables.connections,
      conversationsTable: tables.conversations,
    }),
    conversations: conversationStore(onConversations),
    log: logStore(onConversations),
    invitations: invitationStore({
      documents,
      tableName: tables.invitations,
      conversationsTable: tables.conversations,
    }),
    users: userStore({ documents, tableName: tables.users }),
  }
}
