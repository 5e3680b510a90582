import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { inject } from 'vitest'
import { connectionStore } from '../../lambdas/stores/connections.ts'
import { conversationStore } from '../../lambdas/stores/conversations.ts'
import { invitationStore } from '../../lambdas/stores/invitations.ts'
import { logStore } from '../../lambdas/stores/log.ts'
import { userStore } from '../../lambdas/stores/users.ts'

/** The real stores on the real engine of the running chat, as an operator would use them. */
export function openStores() {
  const tables = inject('tables')
  const documents = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: inject('databaseEndpoint'),
      region: 'eu-west-1',
      credentials: { accessKeyId: 'tests', secretAccessKey: 'tests' },
    }),
  )
  return {
    documents,
    tables,
    connections: connectionStore({ documents, tableName: tables.connections }),
    conversations: conversationStore({
      documents,
      tableName: tables.conversations,
      connectionsTable: tables.connections,
    }),
    log: logStore({ documents, tableName: tables.conversations }),
    invitations: invitationStore({
      documents,
      tableName: tables.invitations,
      conversationsTable: tables.conversations,
    }),
    users: userStore({ documents, tableName: tables.users }),
  }
}
