/**
 * Measures many writers in one conversation. Each writes its next message once the previous one is stored; a writer
 * that is refused because too many others are waiting tries again after `retry_after_ms`. Runs the commit rules and the
 * stores on the embedded engine, without sockets.
 *
 *   npm run bench:hot -- --writers 32 --messages 1500
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb'
import { Command } from 'commander'
import { pause } from '../lambdas/async.ts'
import { commit } from '../lambdas/chat/entries/commit.ts'
import type { Draft } from '../lambdas/chat/entries/message.ts'
import { newMemory } from '../lambdas/memory.ts'
import { newConversationRows } from '../lambdas/stores/conversation-rows.ts'
import { conversationStore } from '../lambdas/stores/conversations.ts'
import { logStore } from '../lambdas/stores/log.ts'
import { createEngineClient } from '../local/aws/dynamodb/engine-client.ts'
import { quietSdk } from '../local/quiet-sdk.ts'
import { startRuntime } from '../local/runtime.ts'
import { ChatError } from '../protocol/errors.ts'
import { percentile } from '../verification/model/percentile.ts'

const options = new Command('bench:hot')
  .description('Measures a conversation with many concurrent writers.')
  .option('--writers <n>', 'concurrent writers', '32')
  .option('--messages <n>', 'messages in total', '1500')
  .parse()
  .opts<{ writers: string; messages: string }>()

quietSdk()
const dataDir = await mkdtemp(join(tmpdir(), 'admin-chat-hot-'))
const runtime = await startRuntime({ dataDir })
const db = DynamoDBDocumentClient.from(createEngineClient(runtime.databaseEndpoint))
const { conversations: tableName } = runtime.tables
for (const Item of newConversationRows('hot', ['ada', 'bob'], new Date().toISOString())) {
  await db.send(new PutCommand({ TableName: tableName, Item }))
}
const conversations = conversationStore({ db, tableName })
const log = logStore({ db, tableName })
let attempts = 0
const unlimited = { perSecond: 1e6, burst: 1e6 }
const deps = {
  conversations,
  log: {
    ...log,
    append: (...call: Parameters<typeof log.append>) => {
      attempts++
      return log.append(...call)
    },
  },
  connections: { addSent: async () => 0 },
  memory: newMemory(),
  report: console.error,
  retentionMs: Number.POSITIVE_INFINITY,
  rates: { frames: unlimited, messages: unlimited, calls: unlimited },
  now: Date.now,
  newId: () => randomBytes(16).toString('base64url'),
}

const latencies: number[] = []
/** Milliseconds from each attempt to its acknowledgment or refusal, which is how long it would occupy an invocation. */
const invocations: number[] = []
let refused = 0
let left = Number(options.messages)
const from = performance.now()
async function write(sender: string): Promise<void> {
  while (left-- > 0) {
    const began = performance.now()
    const clientMessageId = randomBytes(8).toString('hex')
    for (;;) {
      const attemptedAt = performance.now()
      const retryAfterMs = await attempt({ sender, content: 'x'.repeat(100), clientMessageId })
      invocations.push(performance.now() - attemptedAt)
      if (retryAfterMs === undefined) break
      refused++
      await pause(retryAfterMs)
    }
    latencies.push(performance.now() - began)
  }
}
/**
 * Makes one attempt. Resolves with undefined once the message is stored, or with the time to wait if it was refused.
 */
async function attempt(draft: Draft): Promise<number | undefined> {
  const head = await conversations.head('hot')
  if (!head) throw new Error('the conversation is missing')
  try {
    await commit(deps, head, draft)
    return undefined
  } catch (error) {
    if (error instanceof ChatError && error.retryAfterMs !== undefined) return error.retryAfterMs
    throw error
  }
}
await Promise.all(Array.from({ length: Number(options.writers) }, (_, n) => write(n % 2 ? 'ada' : 'bob')))
const seconds = (performance.now() - from) / 1000
const at = (share: number, values = latencies) => Math.round(percentile(values, share))
const head = await conversations.head('hot')
console.log(
  `${options.writers} writers, ${latencies.length} stored, ${refused} refused, last seq ${head?.last?.seq}`,
)
console.log(
  `${Math.round(latencies.length / seconds)} a second, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
    `${(attempts / latencies.length).toFixed(2)} attempts each, ` +
    `an invocation takes p50 ${at(0.5, invocations)} ms, p99 ${at(0.99, invocations)} ms`,
)
await runtime.stop()
await rm(dataDir, { recursive: true, force: true })
