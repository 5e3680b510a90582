/**
 * Many writers in one conversation, each of which sends its next message when the previous one is stored. Measures the
 * stores and the commit rules on the embedded engine, without sockets.
 *
 *   npm run bench:hot -- --writers 32 --messages 1500
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb'
import { Command } from 'commander'
import { commit } from '../lambdas/chat/entries/commit.ts'
import { newConversationRows } from '../lambdas/stores/conversation-rows.ts'
import { conversationStore } from '../lambdas/stores/conversations.ts'
import { logStore } from '../lambdas/stores/log.ts'
import { createEngineClient } from '../local/aws/dynamodb/engine-client.ts'
import { quietSdk } from '../local/quiet-sdk.ts'
import { startRuntime } from '../local/runtime.ts'

const options = new Command('bench:hot')
  .description('Measures how one conversation takes many writers at once.')
  .option('--writers <n>', 'writers at once', '32')
  .option('--messages <n>', 'messages in all', '1500')
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
const plenty = { perSecond: 1e6, burst: 1e6 }
const deps = {
  conversations,
  log: {
    ...log,
    append: (...call: Parameters<typeof log.append>) => {
      attempts++
      return log.append(...call)
    },
  },
  rates: { frames: plenty, messages: plenty },
  now: Date.now,
  newId: () => randomBytes(16).toString('base64url'),
}

const taken: number[] = []
let failed = 0
let left = Number(options.messages)
const from = performance.now()
async function write(sender: string): Promise<void> {
  while (left-- > 0) {
    const began = performance.now()
    try {
      const head = await conversations.head('hot')
      if (!head) throw new Error('the conversation is missing')
      const clientMessageId = randomBytes(8).toString('hex')
      await commit(deps, head, { sender, content: 'x'.repeat(100), clientMessageId })
      taken.push(performance.now() - began)
    } catch {
      failed++
    }
  }
}
await Promise.all(Array.from({ length: Number(options.writers) }, (_, n) => write(n % 2 ? 'ada' : 'bob')))
const seconds = (performance.now() - from) / 1000
taken.sort((a, b) => a - b)
const at = (part: number) => Math.round(taken[Math.floor((taken.length - 1) * part)] ?? 0)
const head = await conversations.head('hot')
console.log(
  `${options.writers} writers, ${taken.length} stored, ${failed} gave up, last seq ${head?.last?.seq}`,
)
console.log(
  `${Math.round(taken.length / seconds)} a second, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
    `${(attempts / taken.length).toFixed(2)} attempts each`,
)
await runtime.stop()
await rm(dataDir, { recursive: true, force: true })
