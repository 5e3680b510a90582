import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { conversationKeys } from '../../../lambdas/stores/conversation-keys.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { toEntryRow } from '../../../lambdas/stores/entry-rows.ts'
import type { Row } from '../../../lambdas/stores/table.ts'
import { createEngineClient } from '../../../local/aws/dynamodb/engine-client.ts'
import type { Random } from '../../model/random.ts'
import { inLanes, pause } from '../async.ts'
import { type Chat, withChat } from '../chat/chat.ts'
import { scratchDirectory } from '../chat/scratch-directory.ts'
import { userIds } from '../crowd.ts'
import { scenario, type Trial } from '../trial.ts'

type Move = Trial<'messages' | 'kills'>

const USERS = 40
/** The first conversation has half of the messages. */
const CONVERSATIONS = 200
/** One message out of this many has a `client_message_id`. */
const KEYED_EVERY = 10
/** The engine writes the rows of a transaction at once, and those of a batch one by one. */
const TRANSACTION_ROWS = 100

export const move = scenario<'messages' | 'kills'>({
  name: 'move',
  promise: 'An export has the same bytes after it was imported elsewhere, although the commands are killed.',
  sizes: {
    messages: { what: 'messages that are moved', full: 100_000, short: 3000 },
    kills: { what: 'how often each command is killed', full: 2, short: 1 },
  },
  async run(trial) {
    const users = userIds(USERS)
    await withChat({ users }, (source) =>
      withChat({ users: [] }, async (destination) => {
        await fill(trial, source, users)
        await moveBetween(trial, source, destination)
      }),
    )
  },
})

async function moveBetween(trial: Move, source: Chat, destination: Chat): Promise<void> {
  const folder = scratchDirectory()
  const file = (name: string) => path.join(folder, name)
  const exporting = await run(trial, source, 'export', file('first'))
  trial.figure(`export: ${inWords(exporting)}`)
  const importing = await runKilled(trial, destination, 'import', file('first'), exporting.seconds)
  trial.figure(`import, after ${importing.kills} kills: ${inWords(importing)}`)
  const again = await runKilled(trial, source, 'export', file('again'), exporting.seconds)
  trial.figure(`export, the rest after ${again.kills} kills: ${inWords(again)}`)
  await run(trial, destination, 'export', file('second'))
  const bytes = readFileSync(file('first'))
  trial.figure(`the file has ${Math.round(bytes.length / 1e6)} MB`)
  if (!readFileSync(file('again')).equals(bytes)) trial.fail('an export that was killed has other bytes')
  if (!readFileSync(file('second')).equals(bytes)) trial.fail('the export of the destination has other bytes')
}

interface Outcome {
  readonly isKilled: boolean
  readonly seconds: number
  /** The maximum memory of the process. */
  readonly megabytes: number
}

const inWords = ({ seconds, megabytes }: Outcome) => `${seconds.toFixed(1)} s, ${megabytes} MB of memory`

/** Kills a command several times in the middle of its work, unless it ends earlier. Then lets it run to its end. */
async function runKilled(
  trial: Move,
  chat: Chat,
  command: string,
  file: string,
  seconds: number,
): Promise<Outcome & { readonly kills: number }> {
  for (let kills = 0; ; kills++) {
    const killAfterMs =
      kills < trial.sizes.kills ? seconds * 1000 * (0.4 + 0.4 * trial.random.next()) : undefined
    const outcome = await run(trial, chat, command, file, killAfterMs)
    if (!outcome.isKilled) return { ...outcome, kills }
  }
}

/** Runs a command to its end, or kills it after some time. */
async function run(
  trial: Move,
  { dataDir }: Chat,
  command: string,
  file: string,
  killAfterMs = Number.POSITIVE_INFINITY,
): Promise<Outcome> {
  const began = Date.now()
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/admin.ts', command, file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DATA_DIR: dataDir },
  })
  let [errors, megabytes]: [string, number] = ['', 0]
  child.stderr.on('data', (data) => {
    errors += String(data)
  })
  const exited = once(child, 'close')
  const ms = () => Date.now() - began
  while (child.exitCode === null && child.signalCode === null) {
    trial.progress(`${command} runs for ${Math.round(ms() / 1000)} s`)
    megabytes = Math.max(megabytes, memoryOf(child.pid))
    if (ms() > killAfterMs) child.kill('SIGKILL')
    await pause(50)
  }
  await exited
  if (child.exitCode !== 0 && child.signalCode === null) throw new Error(`${command} failed: ${errors}`)
  return { isKilled: child.signalCode !== null, seconds: ms() / 1000, megabytes }
}

/** The maximum memory of a process until now, in MB; 0 on systems without Linux's files. */
function memoryOf(pid: number | undefined): number {
  try {
    const [, kilobytes] = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Math.round(Number(kilobytes ?? 0) / 1000)
  } catch {
    return 0
  }
}

/** Stores messages as the functions would, without sending each of them. */
async function fill(trial: Move, chat: Chat, users: readonly string[]): Promise<void> {
  const client = createEngineClient(chat.databaseEndpoint)
  const db = DynamoDBDocumentClient.from(client)
  const { random, sizes } = trial
  let stored = 0
  let batch: Row[] = []
  const batches: Row[][] = []
  for (const row of rowsOf(random, users, sizes.messages)) {
    batch.push(row)
    if (batch.length < TRANSACTION_ROWS) continue
    batches.push(batch)
    batch = []
  }
  await inLanes(
    [...batches, batch].filter(({ length }) => length > 0),
    4,
    async (rows) => {
      const TransactItems = rows.map((Item) => ({ Put: { TableName: chat.tables.conversations, Item } }))
      await db.send(new TransactWriteCommand({ TransactItems }))
      stored += rows.length
      trial.progress(`${stored} rows stored`)
    },
  )
  client.destroy()
}

function* rowsOf(random: Random, users: readonly string[], messages: number): Generator<Row, void> {
  const at = new Date().toISOString()
  for (let conversation = 0; conversation < CONVERSATIONS; conversation++) {
    const id = `move-${conversation}`
    const people = [
      users[conversation % USERS] ?? '',
      users[(conversation + 1 + Math.floor(conversation / USERS)) % USERS] ?? '',
    ]
    yield* newConversationRows(id, people, at)
    const count = conversation === 0 ? messages / 2 : messages / 2 / (CONVERSATIONS - 1)
    const sent = new Map(people.map((user) => [user, 0]))
    for (let seq = 1; seq <= count; seq++) {
      const sender = people[random.below(2)] ?? ''
      sent.set(sender, (sent.get(sender) ?? 0) + 1)
      const clientMessageId = seq % KEYED_EVERY === 0 ? `key-${seq}` : undefined
      const content = `${seq} ${'word '.repeat(random.below(80))}é\u2028😀`
      const base = { id: `${seq}-${'x'.repeat(22)}`, seq, sender, createdAt: at, sent, deletedSeq: 0 }
      yield toEntryRow(id, { ...base, kind: 'message', content, clientMessageId, hashKey: clientMessageId })
      if (clientMessageId !== undefined) {
        yield { ...conversationKeys.send(id, sender, clientMessageId), seq, hash: `hash-${seq}` }
      }
    }
  }
}
