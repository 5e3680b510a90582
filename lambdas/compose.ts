import { randomBytes } from 'node:crypto'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Features } from '../protocol/features.ts'
import { defaultRates, type Rates } from '../protocol/limits.ts'
import { splitOrigins } from '../protocol/origins.ts'
import type { TokenClaims } from '../protocol/token-claims.ts'
import { createDocumentClient, createPostClient, createQueueClient, createSecretClient } from './aws.ts'
import type { LifecycleDeps, RestDeps, SocketDeps, WorkerDeps } from './chat/deps.ts'
import { callCounter } from './chat/rates.ts'
import { poster } from './delivery/poster.ts'
import { environment } from './environment.ts'
import { invocationLog } from './log/invocation.ts'
import type { RecordTo } from './log/record.ts'
import { newMemory } from './memory.ts'
import { auditLog, report } from './report.ts'
import type { SiteRules } from './site.ts'
import { authenticationStore } from './stores/authentication.ts'
import { connectionStore } from './stores/connections.ts'
import { conversationStore } from './stores/conversations.ts'
import { handshakeStore } from './stores/handshakes.ts'
import { invitationStore } from './stores/invitations.ts'
import { logStore } from './stores/log.ts'
import { membershipStore } from './stores/memberships.ts'
import { presenceStore } from './stores/presence.ts'
import { registerStore } from './stores/register.ts'
import { secretSource } from './stores/secret.ts'
import { subscriptionStore } from './stores/subscriptions.ts'
import { taskQueue } from './stores/tasks.ts'
import { userStore } from './stores/users.ts'

/** The value of an environment variable that the stack must set. */
export function required(name: keyof typeof environment): string {
  const value = process.env[environment[name]]
  if (value === undefined) throw new Error(`the environment lacks ${environment[name]}`)
  return value
}

/** The origins whose pages and apps may use the API. */
export const allowedOrigins = () => splitOrigins(required('allowedOrigins'))

/** A function's code is updated before its environment, which may still lack both variables. */
export const siteRules = (): SiteRules => ({
  secret: process.env[environment.siteSecret] ?? '',
  only: process.env[environment.siteOnly] === 'true',
})

/** A function's code is updated before its environment, which may still lack the salt. */
const logSalt = () => process.env[environment.logSalt] ?? ''

/** Writes a line for each invocation, or for each of several tasks that run in parallel. */
export const composeLog = (recordTo: RecordTo) =>
  invocationLog(recordTo, { salt: logSalt(), metricsNamespace: process.env[environment.metricsNamespace] })

/** For `$connect` and `$disconnect`. */
export function composeLifecycleDeps(db = createDocumentClient()): LifecycleDeps {
  const table = { db, tableName: required('connectionsTable') }
  return {
    connections: connectionStore(table),
    register: registerStore(table),
    handshakes: handshakeStore(table),
    tasks: taskQueue(createQueueClient(), required('tasksQueue')),
    memory: newMemory(),
    now: Date.now,
    report,
  }
}

/** For every other function: each of them may have to clean up a connection. */
function composeConnectionDeps(db: DynamoDBDocumentClient) {
  const connectionsTable = required('connectionsTable')
  const conversationsTable = required('conversationsTable')
  const table = { db, tableName: connectionsTable }
  return {
    connections: connectionStore(table),
    register: registerStore(table),
    subscriptions: subscriptionStore({ db, connectionsTable, conversationsTable }),
    presence: presenceStore(table),
    tasks: taskQueue(createQueueClient(), required('tasksQueue')),
    features: JSON.parse(required('features')) as Features,
    memory: newMemory(),
    now: Date.now,
    report,
  }
}

/** For every function that reads conversations and posts to connections. */
function composeConversationDeps(db: DynamoDBDocumentClient) {
  const table = { db, tableName: required('conversationsTable') }
  const audit = auditLog(logSalt())
  return {
    ...composeConnectionDeps(db),
    conversations: conversationStore(table),
    log: logStore(table),
    poster: poster(createPostClient(), report, audit),
    audit,
    retentionMs: retentionMs(),
  }
}

export function composeWorkerDeps(db = createDocumentClient()): WorkerDeps {
  return {
    ...composeConversationDeps(db),
    ...composeMembershipDeps(db),
    users: userStore({ db, tableName: required('usersTable') }),
    rates: rates(),
    newId,
  }
}

/** For functions that change who takes part in a conversation. */
function composeMembershipDeps(db: DynamoDBDocumentClient) {
  const conversationsTable = required('conversationsTable')
  return {
    memberships: membershipStore({ db, tableName: conversationsTable }),
    invitations: invitationStore({
      db,
      tableName: required('invitationsTable'),
      conversationsTable,
      lifetimeDays: Number(required('invitationDays')),
    }),
  }
}

/** For the frames of the WebSocket API. */
export function composeSocketDeps(db = createDocumentClient()): SocketDeps {
  const usersTable = required('usersTable')
  return {
    ...composeConversationDeps(db),
    authentication: authenticationStore({ db, connectionsTable: required('connectionsTable'), usersTable }),
    users: userStore({ db, tableName: usersTable }),
    secrets: secretSource(createSecretClient(), required('jwtSecret'), Date.now),
    tokenClaims: JSON.parse(required('tokenClaims')) as TokenClaims,
    rates: rates(),
    newId,
  }
}

export function composeRestDeps(): RestDeps {
  const db = createDocumentClient()
  const deps = composeSocketDeps(db)
  return { ...deps, ...composeMembershipDeps(db), admitCall: callCounter(deps.rates.calls, Date.now) }
}

const DAY_MS = 24 * 3_600_000

/** A function's code is updated before its environment, which may still lack the variable. */
function retentionMs(): number {
  const days = Number(process.env[environment.retentionDays] ?? 0)
  return days > 0 ? days * DAY_MS : Number.POSITIVE_INFINITY
}

const newId = () => randomBytes(16).toString('base64url')

/** A function's code is updated before its environment, which may still lack a rate. */
const rates = (): Rates => ({ ...defaultRates, ...(JSON.parse(required('rates')) as Partial<Rates>) })
