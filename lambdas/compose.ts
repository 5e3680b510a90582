import { randomBytes } from 'node:crypto'
import type { Rates } from '../protocol/limits.ts'
import { createDocumentClient, createPostClient, createQueueClient, createSecretClient } from './aws.ts'
import type { Deps, SocketDeps } from './chat/deps.ts'
import { poster } from './delivery/poster.ts'
import { environment } from './environment.ts'
import { report } from './report.ts'
import { connectionStore } from './stores/connections.ts'
import { conversationStore } from './stores/conversations.ts'
import { invitationStore } from './stores/invitations.ts'
import { logStore } from './stores/log.ts'
import { secretSource } from './stores/secret.ts'
import { taskQueue } from './stores/tasks.ts'
import { userStore } from './stores/users.ts'

/** The value of a variable that the stack must have set. */
export function required(name: keyof typeof environment): string {
  const value = process.env[environment[name]]
  if (value === undefined) throw new Error(`the environment lacks ${environment[name]}`)
  return value
}

/** The stores of connections and conversations, all that `$connect` and `$disconnect` need. */
export function composeConnectionDeps(documents = createDocumentClient()) {
  const connectionsTable = required('connectionsTable')
  return {
    connections: connectionStore({ documents, tableName: connectionsTable }),
    conversations: conversationStore({
      documents,
      tableName: required('conversationsTable'),
      connectionsTable,
    }),
    now: Date.now,
    report,
  }
}

/** Where work for later goes. */
export const composeTasks = () => taskQueue(createQueueClient(), required('tasksQueue'))

/** What the worker needs. */
export function composeWorkerDeps(documents = createDocumentClient()) {
  return {
    ...composeConnectionDeps(documents),
    log: logStore({ documents, tableName: required('conversationsTable') }),
    poster: poster(createPostClient(), report),
  }
}

/** What the socket's frames need. */
export function composeSocketDeps(documents = createDocumentClient()): SocketDeps {
  return {
    ...composeWorkerDeps(documents),
    users: userStore({ documents, tableName: required('usersTable') }),
    secrets: secretSource(createSecretClient(), required('jwtSecret'), Date.now),
    tasks: composeTasks(),
    rates: JSON.parse(required('rates')) as Rates,
    newId: () => randomBytes(16).toString('base64url'),
  }
}

/** What REST needs: everything. */
export function composeDeps(): Deps {
  const documents = createDocumentClient()
  const tables = {
    tableName: required('invitationsTable'),
    conversationsTable: required('conversationsTable'),
  }
  return { ...composeSocketDeps(documents), invitations: invitationStore({ documents, ...tables }) }
}
