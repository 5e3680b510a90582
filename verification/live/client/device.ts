import { createChat, memoryStorage, type Room } from '../../../client/index.ts'
import type { CheckedClient, Shown } from '../../model/checker.ts'
import { checkFrame, noteFrame, type Observed } from '../../model/frame-checks.ts'
import { type Draft, type Ledger, toSeenEntry } from '../../model/ledger.ts'
import type { Random } from '../../model/random.ts'
import type { Frame } from '../../model/receive.ts'
import type { Endpoint } from '../chat/commands.ts'
import { observedFetch } from './observed-fetch.ts'
import { type ObservedSocket, socketsOf } from './observed-socket.ts'
import { callRest } from './rest.ts'

/** While faults strike, a round of polling may fail; the next round follows within about a minute. */
const MAX_POLL_PAUSE_MS = 75_000
/** Nothing listens here. */
const NO_SOCKETS_URL = 'ws://127.0.0.1:9'

export interface DeviceOptions {
  readonly user: string
  readonly name: string
  readonly conversations: readonly string[]
  /** None of the sockets of the device opens, so the device polls. */
  readonly hasNoSockets?: boolean
  /** Probability that a message that is sent over the socket is sent over REST at the same time. */
  readonly alsoOverRest?: number
}

/** The client library with sockets, calls and storage of its own, all of them observed. */
export interface Device extends CheckedClient {
  readonly options: DeviceOptions
  /** True while all conversations that the device has opened are joined or polled. */
  readonly ready: boolean
  /** The messages that were written, in order. */
  readonly written: readonly Draft[]
  /** When each attempt to connect began, in milliseconds since 1970. */
  readonly attempts: readonly number[]
  /** Close codes of connections that had authenticated and ended before `stop`. */
  readonly losses: readonly number[]
  /** How many pings were answered. */
  readonly pongs: number
  start(): void
  /** How many entries of the conversation the device shows. */
  shows(conversation: string): number
  /** Sends a message. Resolves once it is acknowledged or has failed. */
  send(conversation: string, content: string): Promise<void>
  /** Sends a frame without the library. */
  sendFrame(frame: Frame): void
  stop(): void
}

export function createDevice(
  options: DeviceOptions,
  endpoint: Endpoint,
  ledger: Ledger,
  random: Random,
): Device {
  const { user, name, conversations, hasNoSockets = false, alsoOverRest = 0 } = options
  const observed: Observed = { options, ledger, requests: new Map() }
  const rooms = new Map<string, Room>()
  const written: Draft[] = []
  const attempts: number[] = []
  const losses: number[] = []
  const joined = new Set<string>()
  let pongs = 0
  let polledAt = 0
  let socket: ObservedSocket | undefined
  let isStopped = false

  function create() {
    return createChat({
      url: hasNoSockets ? NO_SOCKETS_URL : endpoint.socketUrl,
      rest: endpoint.url,
      token: () => endpoint.token(user),
      tabs: false,
      storage: memoryStorage(),
      random: () => random.next(),
      fetch: observedFetch(observed),
      WebSocket: socketsOf({ attempted: () => attempts.push(Date.now()), sent, received, closed }),
    })
  }
  let chat: ReturnType<typeof create> | undefined
  const phase = () => chat?.state.getSnapshot().phase

  function sent({ connection = '' }: ObservedSocket, frame: Frame): void {
    noteFrame(observed, frame, connection)
    if (frame['type'] === 'send_message' && random.chance(alsoOverRest)) sendOverRest(frame)
  }

  function sendOverRest({ conversation_id, message, client_message_id }: Frame): void {
    const draft = { conversation: String(conversation_id), key: String(client_message_id) }
    const body = { content: String((message as Frame)['content']), client_message_id }
    ledger.sent(user, { ...draft, content: body.content }, 'REST')
    void callRest(endpoint, user, 'POST', `/conversations/${conversation_id}/messages`, body)
  }

  function received(from: ObservedSocket, frame: Frame): void {
    const { type, conversation_id } = frame
    if (type === 'authenticated' && from !== socket) {
      socket = from
      joined.clear()
    }
    if (type === 'joined_conversation' && from === socket) joined.add(String(conversation_id))
    if (type === 'pong') pongs++
    checkFrame(observed, frame, from, Date.now())
  }

  function closed(from: ObservedSocket, code: number): void {
    if (from.connection !== undefined && !isStopped) losses.push(code)
    if (from !== socket) return
    socket = undefined
    joined.clear()
  }

  /** Checks that the entries that are shown never have a hole, and loads older ones. */
  function watch(conversation: string, { log, older }: Room): void {
    let isLoading = false
    const loaded = () => {
      isLoading = false
    }
    const load = (): void => {
      if (isLoading || isStopped || !log.getSnapshot().hasOlder) return
      isLoading = true
      older()
        .finally(loaded)
        .then(load, () => undefined)
    }
    log.subscribe(() => {
      const { entries } = log.getSnapshot()
      const [first, last] = [entries.at(0), entries.at(-1)]
      if (first && last && last.seq - first.seq + 1 !== entries.length)
        ledger.history.violate('hole', `${name} shows ${conversation} with a hole`, [name])
      load()
    })
  }

  return {
    options,
    written,
    attempts,
    losses,
    get pongs() {
      return pongs
    },
    get connection() {
      return socket?.connection
    },
    get authenticated() {
      if (hasNoSockets)
        return !isStopped && (phase() === 'polling' || Date.now() - polledAt < MAX_POLL_PAUSE_MS)
      return !isStopped && phase() === 'online'
    },
    get ready() {
      return this.authenticated && (hasNoSockets || conversations.every((id) => joined.has(id)))
    },
    get outbox() {
      const pending = [...rooms.values()].flatMap(({ log }) => log.getSnapshot().pending)
      return { isEmpty: pending.every(({ status }) => status === 'failed') }
    },
    get views() {
      return new Map([...rooms].map(([id, { log }]) => [id, toShown(log.getSnapshot().entries)]))
    },
    start() {
      chat = create()
      let last = phase()
      chat.state.subscribe(() => {
        if (last === 'polling') polledAt = Date.now()
        last = phase()
      })
      for (const id of conversations) {
        const room = chat.open(id)
        rooms.set(id, room)
        watch(id, room)
      }
    },
    shows: (conversation) => rooms.get(conversation)?.log.getSnapshot().entries.length ?? 0,
    send(conversation, content) {
      const room = rooms.get(conversation)
      if (!room) throw new Error(`${name} has not opened ${conversation}`)
      const key = room.send(content)
      written.push({ conversation, key, content })
      const isAcked = () => ledger.sends.get(`${conversation} ${user} ${key}`)?.acked !== undefined
      return settled(room, key, isAcked)
    },
    sendFrame(frame) {
      socket?.send(JSON.stringify(frame))
    },
    stop() {
      isStopped = true
      chat?.dispose()
    },
  }
}

/** Resolves once the message is acknowledged, is shown although its acknowledgment was lost, or has failed. */
function settled({ log }: Room, key: string, isAcked: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      const item = log.getSnapshot().pending.find(({ clientMessageId }) => clientMessageId === key)
      if (item && item.status !== 'failed' && !isAcked()) return
      unsubscribe()
      resolve()
    }
    const unsubscribe = log.subscribe(check)
    check()
  })
}

function toShown(entries: readonly unknown[]): Shown {
  const shown = entries.map(toSeenEntry)
  return { shown, contents: new Map(shown.map(({ seq, content }) => [seq, content])) }
}
