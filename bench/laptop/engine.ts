import { randomBytes } from 'node:crypto'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { documentClient } from '../../lambdas/aws/document-client.ts'
import { draftHash, toNewEntry } from '../../lambdas/chat/entries/message.ts'
import { nextEntry } from '../../lambdas/chat/entries/next-entry.ts'
import { conversationStore } from '../../lambdas/stores/conversations.ts'
import { logStore } from '../../lambdas/stores/log.ts'
import { userConnectionStore } from '../../lambdas/stores/user-connections.ts'
import { openEngine } from '../../local/aws/dynamodb/engine-calls.ts'
import { createEngineClient } from '../../local/aws/dynamodb/engine-client.ts'
import { readRuntimeFile } from '../../local/runtime-file.ts'
import { chatTables } from '../../local/targets.ts'
import { percentile } from '../../verification/model/percentile.ts'

const TEXT = 'm'.repeat(250)
const UNLIMITED = { perSecond: 1e6, burst: 1e9 }
const WARM_UP = 20
const MEASURED = 100
/** As many texts as the two users of a pair send to the laptop. */
const TEXTS_PER_PAIR = 40

interface Call {
  readonly operation: string
  readonly body: Buffer
}

/** The calls of a send, in groups: each group waits for the one before it. */
type Send = readonly (readonly Call[])[]

/**
 * The engine of a running laptop without the rest of the laptop: no sockets, functions, signatures or permissions.
 * Sends the four calls of a send (docs/architecture.md, "The life of a message"), which the stores have prepared, and
 * ignores the answers.
 */
export function openBareEngine(dataDir: string) {
  const running = readRuntimeFile(dataDir)
  if (!running) throw new Error(`no laptop uses ${dataDir}`)
  const engine = openEngine(running.databaseEndpoint)
  const { conversations: tableName, connections } = chatTables(running.outputs)
  const db = DynamoDBDocumentClient.from(createEngineClient(running.databaseEndpoint))

  /** The next sends in a conversation, which its participants make in turn. */
  async function prepare(id: string, count: number): Promise<readonly Send[]> {
    const head = await conversationStore({ db, tableName }).head(id)
    if (!head) throw new Error(`the conversation ${id} is missing`)
    const users = [...head.participants.keys()]
    const sends: Send[] = []
    let { last } = head
    for (let index = 0; index < count; index++) {
      const random = randomBytes(16).toString('base64url')
      const draft = { sender: users[index % users.length] ?? '', content: TEXT, clientMessageId: random }
      const stamp = { now: Date.now(), random, rate: UNLIMITED }
      const entry = nextEntry({ ...head, ...(last && { last }) }, toNewEntry(draft, random), stamp)
      sends.push([
        await callsOf((db) => conversationStore({ db, tableName }).head(id)),
        [
          ...(await callsOf((db) => logStore({ db, tableName }).append(id, entry, draftHash(draft, random)))),
          ...(await callsOf((db) =>
            userConnectionStore({ db, tableName: connections }).userConnectionsOf(users),
          )),
        ],
        await callsOf((db) => conversationStore({ db, tableName }).participants(id)),
      ])
      last = entry
    }
    return sends
  }

  /** Resolves with the milliseconds that each send took. */
  async function sendAll(sends: readonly Send[]): Promise<readonly number[]> {
    const times: number[] = []
    for (const send of sends) {
      const began = performance.now()
      for (const calls of send) await Promise.all(calls.map(callEngine))
      times.push(performance.now() - began)
    }
    return times
  }

  async function callEngine({ operation, body }: Call): Promise<void> {
    const answer = await engine.call(operation, body)
    if (answer.status !== 200) throw new Error(`the engine refused ${operation}: ${answer.body}`)
  }

  return {
    /** The median time of a send in milliseconds, if messages are sent one after another. */
    async latency(id: string) {
      const times = await sendAll(await prepare(id, WARM_UP + MEASURED))
      return percentile(times.slice(WARM_UP), 0.5)
    },
    /** Messages per second, if each of these conversations has one in flight. */
    async throughput(ids: readonly string[]) {
      const rooms = await Promise.all(ids.map((id) => prepare(id, 2 + TEXTS_PER_PAIR)))
      await Promise.all(rooms.map((sends) => sendAll(sends.slice(0, 2))))
      const began = performance.now()
      await Promise.all(rooms.map((sends) => sendAll(sends.slice(2))))
      return (ids.length * TEXTS_PER_PAIR * 1000) / (performance.now() - began)
    },
    close() {
      engine.close()
      db.destroy()
    },
  }
}

/** The calls that stores would make, without making them. */
async function callsOf(use: (db: DynamoDBDocumentClient) => Promise<unknown>): Promise<readonly Call[]> {
  const calls: Call[] = []
  const client = {
    async send(command: { readonly constructor: { readonly name: string }; readonly input: object }) {
      const operation = command.constructor.name.replace(/Command$/, '')
      calls.push({ operation, body: Buffer.from(JSON.stringify(command.input)) })
      return {}
    },
  }
  // The stores only send commands, and these consist of JSON.
  await use(documentClient(client as unknown as DynamoDBClient) as DynamoDBDocumentClient)
  return calls
}
