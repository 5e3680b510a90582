import { once } from 'node:events'
import { WebSocket } from 'ws'
import { percentile } from '../../model/percentile.ts'
import type { Frame } from '../../model/receive.ts'
import { pause, range } from '../async.ts'
import { type Chat, withChat } from '../chat/chat.ts'
import { openDatabase } from '../chat/database.ts'
import { callRest } from '../client/rest.ts'
import { scenario, type Trial } from '../trial.ts'

const CONNECTIONS = 10
const JOINED = 100
const FRAMES_PER_SECOND = 20
const PROBE_INTERVAL_MS = 100
/** The median of the other user may grow by this factor. */
const MAX_SLOWDOWN = 5

const conversationOf = (n: number) => `flooded${n % JOINED}`

/** Each kind of frame that one connection sends, and how many frames it costs. */
const floods: Readonly<Record<string, { readonly cost?: number; readonly frame: (n: number) => Frame }>> = {
  ping: { cost: 1 + JOINED / 10, frame: () => ({ type: 'ping' }) },
  join_conversation: {
    frame: (n) => ({ type: 'join_conversation', conversation_id: conversationOf(n), after_seq: 0 }),
  },
  typing: { frame: (n) => ({ type: 'typing', conversation_id: conversationOf(n), is_typing: true }) },
  mark_read: { frame: (n) => ({ type: 'mark_read', conversation_id: conversationOf(n), seq: 1 }) },
  'send_message, repeated': {
    frame: (n) => ({
      type: 'send_message',
      conversation_id: conversationOf(n),
      message: { content: 'again' },
      client_message_id: 'once',
    }),
  },
  'send_message, refused': {
    frame: (n) => ({
      type: 'send_message',
      conversation_id: conversationOf(n),
      message: { content: 'forged' },
      sender_id: 'somebody',
    }),
  },
  'a malformed frame': { frame: () => ({ type: 'nonsense' }) },
}

export const flood = scenario({
  name: 'flood',
  promise: `A user who floods the chat with ten connections slows other users down by a factor of at most ${MAX_SLOWDOWN}.`,
  sizes: { seconds: { what: 'how long each kind of frame is sent', full: 10, short: 2 } },
  async run(trial) {
    const users = ['flooder', 'friend', 'bystander']
    await withChat({ users }, async (chat) => {
      const database = openDatabase(chat)
      const ids = range(JOINED).map(conversationOf)
      await database.createConversations(new Map(ids.map((id) => [id, new Set(['flooder', 'friend'])])))
      await database.createConversations(new Map([['calm', new Set(['bystander', 'friend'])]]))
      database.close()
      const sockets = await Promise.all(range(CONNECTIONS).map(() => open(chat, 'flooder', ids)))
      const bystander = await open(chat, 'bystander', ['calm'])
      await probe(chat, bystander, trial.sizes['seconds'] ?? 0)
      const quiet = await probe(chat, bystander, trial.sizes['seconds'] ?? 0)
      trial.figure(`the bystander's median without a flood: ${quiet.toFixed(1)} ms`)
      for (const name of Object.keys(floods)) await measure(trial, chat, name, { sockets, bystander, quiet })
      for (const socket of [...sockets, bystander]) socket.terminate()
    })
  },
})

interface Stage {
  readonly sockets: readonly WebSocket[]
  readonly bystander: WebSocket
  readonly quiet: number
}

/** Sends one kind of frame at the allowed pace on every connection while the bystander uses the chat. */
async function measure(
  trial: Trial,
  chat: Chat,
  name: string,
  { sockets, bystander, quiet }: Stage,
): Promise<void> {
  const { cost = 1, frame = () => ({}) } = floods[name] ?? {}
  trial.progress(name)
  let sent = 0
  const timers = sockets.map((socket) =>
    setInterval(() => socket.send(JSON.stringify(frame(sent++))), (1000 * cost) / FRAMES_PER_SECOND),
  )
  const median = await probe(chat, bystander, trial.sizes['seconds'] ?? 0)
  for (const timer of timers) clearInterval(timer)
  trial.figure(`${name}: ${sent} frames, the bystander's median was ${median.toFixed(1)} ms`)
  if (median > MAX_SLOWDOWN * quiet) {
    trial.fail(`${name}: the bystander's median grew ${(median / quiet).toFixed(1)} times`)
  }
  if (sockets.some(({ readyState }) => readyState !== WebSocket.OPEN))
    trial.fail(`${name}: a connection was closed`)
  await pause(1000)
}

/** The median time of the bystander's REST calls and pings, in milliseconds. */
async function probe(chat: Chat, socket: WebSocket, seconds: number): Promise<number> {
  const times: number[] = []
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    const began = performance.now()
    await callRest(chat, 'bystander', 'GET', '/conversations')
    const called = performance.now()
    await ask(socket, { type: 'ping' })
    times.push(called - began, performance.now() - called)
    await pause(PROBE_INTERVAL_MS)
  }
  return percentile(times, 0.5)
}

/** Opens a connection that has authenticated and joined conversations. */
async function open({ socketUrl, token }: Chat, user: string, ids: readonly string[]): Promise<WebSocket> {
  const socket = new WebSocket(socketUrl, { perMessageDeflate: false })
  await once(socket, 'open')
  await ask(socket, { type: 'authenticate', token: token(user) })
  for (const id of ids) await ask(socket, { type: 'join_conversation', conversation_id: id })
  return socket
}

let requests = 0

/** Sends a frame and resolves with its answer. */
function ask(socket: WebSocket, frame: Frame): Promise<Frame> {
  const request_id = `r${++requests}`
  return new Promise((resolve) => {
    const listen = (data: WebSocket.RawData) => {
      const answer = JSON.parse(String(data)) as Frame
      if (answer['request_id'] !== request_id) return
      socket.off('message', listen)
      resolve(answer)
    }
    socket.on('message', listen)
    socket.send(JSON.stringify({ ...frame, request_id }))
  })
}
