import { defaultRates } from '../../../protocol/limits.ts'
import { percentile } from '../../model/percentile.ts'
import { pause, range } from '../async.ts'
import { type Chat, withChat } from '../chat/chat.ts'
import { openDatabase } from '../chat/database.ts'
import { openRaw, type RawClient } from '../client/raw-client.ts'
import { callRest } from '../client/rest.ts'
import { scenario, type Trial } from '../trial.ts'
import { conversations, FLOODER, type Kind, kinds, unknownType } from './flood-frames.ts'

const CONNECTIONS = 10
const WARM_UP_PINGS = 3
const PROBE_INTERVAL_MS = 100
const SEND_INTERVAL_MS = 5
/** The median time of the bystander may grow by this factor while frames arrive at the long-term rate. */
const MAX_SLOWDOWN = 5
/** Percentages of the long-term rate. */
const PACES = [100, 50, 25]
const { perSecond, burst } = defaultRates.frames

interface Stage {
  readonly chat: Chat
  readonly clients: readonly RawClient[]
  readonly bystander: RawClient
  readonly seconds: number
}

export const flood = scenario({
  name: 'flood',
  promise: `A user who floods the chat with ten connections slows other users down by a factor of at most ${MAX_SLOWDOWN}.`,
  sizes: {
    seconds: { what: 'how long each kind of frame is sent', full: 10, short: 2 },
  },
  async run(trial) {
    const { seconds } = trial.sizes
    await withChat({ users: [FLOODER, 'friend', 'bystander'] }, async (chat) => {
      const database = openDatabase(chat)
      await database.createConversations(
        new Map(conversations.map((id) => [id, new Set([FLOODER, 'friend'])])),
      )
      await database.createConversations(new Map([['calm', new Set(['bystander', 'friend'])]]))
      database.close()
      const clients = await Promise.all(range(CONNECTIONS).map(() => open(chat, FLOODER, conversations)))
      const bystander = await open(chat, 'bystander', ['calm'])
      // Each container reads every log once, for its first ping.
      for (let n = 0; n < WARM_UP_PINGS; n++)
        await Promise.all(clients.map((client) => client.ask({ type: 'ping' })))
      const stage = { chat, clients, bystander, seconds }
      await probe(stage)
      for (const [name, kind] of Object.entries(kinds)) {
        trial.progress(name)
        await measure(trial, name, kind, stage)
      }
      await measureBurst(trial, stage)
      for (const client of [...clients, bystander]) client.cut()
    })
  },
})

/**
 * Sends one kind of frame on all connections at the long-term rate. If the bystander is then too slow, this machine
 * cannot carry as many frames, and lower paces show how many it can carry. The median of the bystander without a flood
 * is measured before each pace, because other work on the machine changes that median.
 */
async function measure(trial: Trial, name: string, kind: Kind, stage: Stage): Promise<void> {
  for (const percent of PACES) {
    const framesPerSecond = (percent / 100) * ((CONNECTIONS * perSecond) / kind.cost)
    const quiet = await probe(stage)
    const due = (elapsedMs: number) => (elapsedMs / 1000) * framesPerSecond
    const { median, handledPerSecond } = await observe(stage, kind, due)
    const slowdown = median / quiet
    trial.figure(
      `${name}, ${percent}%: ${framesPerSecond.toFixed(0)} sent and ${handledPerSecond.toFixed(0)} handled a second; ` +
        `the bystander's median was ${median.toFixed(1)} ms, and ${quiet.toFixed(1)} ms before (${slowdown.toFixed(1)} times)`,
    )
    if (stage.clients.some(({ isOpen }) => !isOpen)) trial.fail(`${name}: a connection was closed`)
    if (slowdown <= MAX_SLOWDOWN) return
    trial.fail(`${name}, ${percent}%: the bystander's median grew ${slowdown.toFixed(1)} times`)
  }
}

/**
 * Sends on all connections as many frames as they may send at once. The frames then wait for each other, so no limit
 * applies to the median of the bystander.
 */
async function measureBurst(trial: Trial, stage: Stage): Promise<void> {
  const frames = CONNECTIONS * burst
  const { median, elapsedMs } = await observe(stage, unknownType, () => frames)
  trial.figure(
    `burst: ${frames} frames of an unknown type at once, handled within ${(elapsedMs / 1000).toFixed(1)} s; ` +
      `the bystander's median was ${median.toFixed(1)} ms`,
  )
}

/**
 * Sends frames on one connection after the other, while the bystander uses the chat.
 *
 * @param due returns how many frames must have been sent after this time
 */
async function observe({ clients, ...stage }: Stage, kind: Kind, due: (elapsedMs: number) => number) {
  const began = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    for (const end = due(performance.now() - began); sent < end; sent++) {
      clients[sent % CONNECTIONS]?.post(kind.frame(sent, stage.chat))
    }
  }, SEND_INTERVAL_MS)
  const median = await probe(stage)
  clearInterval(timer)
  // Frames are handled in the order of arrival, so these are answered after all others.
  await Promise.all(clients.map((client) => client.ask({ type: 'ping' })))
  const elapsedMs = performance.now() - began
  return { sent, median, elapsedMs, handledPerSecond: (sent * 1000) / elapsedMs }
}

/** The median time of the bystander's REST calls and pings, in milliseconds. */
async function probe({ chat, bystander, seconds }: Omit<Stage, 'clients'>): Promise<number> {
  const times: number[] = []
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    const began = performance.now()
    await callRest(chat, 'bystander', 'GET', '/conversations')
    const called = performance.now()
    await bystander.ask({ type: 'ping' })
    times.push(called - began, performance.now() - called)
    await pause(PROBE_INTERVAL_MS)
  }
  return percentile(times, 0.5)
}

/** Opens a connection that has joined conversations. */
async function open(chat: Chat, user: string, ids: readonly string[]): Promise<RawClient> {
  const client = await openRaw(chat, user)
  for (const id of ids) await client.ask({ type: 'join_conversation', conversation_id: id })
  return client
}
