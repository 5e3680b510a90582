/**
 * Measures the first page of a list of conversations that were all active within the same hour: as a client reads it
 * every few seconds, and the first time after all of them were active. Runs the rules and the stores on the embedded
 * engine, without HTTP.
 *
 *   npm run bench:list -- --conversations 20,100,500 --limit 20
 */
import { createSecretKey, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb'
import { Command } from 'commander'
import { listConversations } from '../lambdas/chat/conversations/list.ts'
import { newMemory } from '../lambdas/memory.ts'
import { connectionStore } from '../lambdas/stores/connections.ts'
import { newConversationRows } from '../lambdas/stores/conversation-rows.ts'
import { conversationStore } from '../lambdas/stores/conversations.ts'
import { invitationStore } from '../lambdas/stores/invitations.ts'
import { logStore } from '../lambdas/stores/log.ts'
import { presenceStore } from '../lambdas/stores/presence.ts'
import { registerStore } from '../lambdas/stores/register.ts'
import { subscriptionStore } from '../lambdas/stores/subscriptions.ts'
import { userStore } from '../lambdas/stores/users.ts'
import { createEngineClient } from '../local/aws/dynamodb/engine-client.ts'
import { quietSdk } from '../local/quiet-sdk.ts'
import { startRuntime } from '../local/runtime.ts'
import { allFeatures } from '../protocol/features.ts'
import { percentile } from '../verification/model/percentile.ts'

const options = new Command('bench:list')
  .description('Measures a page of conversations that were active within the same hour.')
  .option('--conversations <n,n>', 'lengths of the lists', '20,100,500')
  .option('--limit <n>', 'conversations on a page', '20')
  .option('--pages <n>', 'pages read of each list, in turn', '50')
  .parse()
  .opts<{ conversations: string; limit: string; pages: string }>()

const MINUTE_MS = 60_000

quietSdk()
const dataDir = await mkdtemp(join(tmpdir(), 'admin-chat-list-'))
const runtime = await startRuntime({ dataDir })
const db = DynamoDBDocumentClient.from(createEngineClient(runtime.databaseEndpoint))
const key = createSecretKey(randomBytes(32))
/** The last minute of an hour. */
const now = Date.parse('2026-01-01T12:59:59.000Z')
const {
  connections: connectionsTable,
  conversations: conversationsTable,
  invitations,
  users,
} = runtime.tables
const onConnections = { db, tableName: connectionsTable }
const onConversations = { db, tableName: conversationsTable }
const deps = {
  conversations: conversationStore(onConversations),
  log: logStore(onConversations),
  invitations: invitationStore({ db, tableName: invitations, conversationsTable, lifetimeDays: 30 }),
  users: userStore({ db, tableName: users }),
  connections: connectionStore(onConnections),
  register: registerStore(onConnections),
  subscriptions: subscriptionStore({ db, connectionsTable, conversationsTable }),
  presence: presenceStore(onConnections),
  secrets: { current: async () => [key] },
  tasks: { send: async () => undefined },
  report: (error: unknown) => console.error(error),
  memory: newMemory(),
  features: allFeatures,
  retentionMs: Number.POSITIVE_INFINITY,
  now: () => now,
}

const sizes = options.conversations.split(',').map(Number)
const others = Array.from({ length: Math.max(...sizes) }, (_, n) => `other${n}`)
const ids = [...sizes.map((size) => `reader${size}`), ...others]
await deps.users.importUsers(ids.map((id) => ({ id, firstname: id, lastname: '', email: id, role: 'admin' })))
for (const size of sizes) {
  for (let n = 0; n < size; n++) {
    const at = new Date(now - ((n + 0.5) / size) * 59 * MINUTE_MS).toISOString()
    for (const Item of newConversationRows(`${size}-${n}`, [`reader${size}`, `other${n}`], at)) {
      await db.send(new PutCommand({ TableName: conversationsTable, Item }))
    }
  }
}

async function timeOfPage(size: number): Promise<number> {
  const began = performance.now()
  await listConversations(deps, `reader${size}`, { limit: Number(options.limit), cursor: undefined })
  return performance.now() - began
}

const firstMs = new Map<number, number>()
const times = new Map(sizes.map((size) => [size, [] as number[]]))
await timeOfPage(0)
for (const size of sizes) firstMs.set(size, await timeOfPage(size))
// In turn, so that all lists meet the same load of the machine.
for (let page = 0; page < Number(options.pages); page++) {
  for (const size of sizes) times.get(size)?.push(await timeOfPage(size))
}
for (const size of sizes) {
  const at = (share: number) => percentile(times.get(size) ?? [], share).toFixed(1)
  console.log(
    `${size} conversations: first page ${firstMs.get(size)?.toFixed(1)} ms, later p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
  )
}
await runtime.stop()
await rm(dataDir, { recursive: true, force: true })
