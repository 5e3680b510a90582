import jwt from 'jsonwebtoken'
import type { createChat } from '../../client/chat.ts'
import type { RequestError } from '../../client/errors.ts'
import type { Chat, Log, Room } from '../../client/types.ts'
import type { CheckedClient } from '../model/checker.ts'
import { checkFrame, noteFrame } from '../model/frame-checks.ts'
import { type Ledger, type SeenEntry, toSeenEntry } from '../model/ledger.ts'
import type { Frame } from '../model/receive.ts'
import { checkAnswer, noteCall } from '../model/rest-checks.ts'
import type { Asked } from '../model/retention.ts'
import type { Written } from '../model/written.ts'
import type { Gateway } from './gateway.ts'
import { simulatedFetch } from './http.ts'
import type { Machine } from './machine.ts'
import { signingKey } from './signing-key.ts'
import { type SimulatedSocket, socketsOf } from './sockets.ts'

export interface DeviceOptions {
  readonly user: string
  readonly name: string
  readonly conversations: readonly string[]
  readonly tokenLifetimeMs: number
  /** Falls asleep for good once it is online: no pings, no new token. */
  readonly sleeper?: boolean
}

/** A tab with the client library, whose sockets, clock, storage and network are simulated. */
export class Device implements CheckedClient {
  readonly options: DeviceOptions
  readonly machine: Machine
  readonly ledger: Ledger
  readonly scheduler: Machine['scheduler']
  /** What each request in flight asked for. */
  readonly requests = new Map<string, string>()
  readonly asked = new Map<string, Asked>()
  readonly written: Written[] = []
  stopped = false
  /** How many of the next connections to close right after they open. */
  hasty = 0
  /** Calls over REST that are not settled. */
  calls = 0
  readonly #gateway: Gateway
  readonly #createChat: typeof createChat
  #chat: Chat | undefined
  readonly #writtenAt: number[] = []
  readonly #rooms = new Map<string, Room>()
  #socket: SimulatedSocket | undefined

  constructor(
    options: DeviceOptions,
    machine: Machine,
    gateway: Gateway,
    ledger: Ledger,
    create: typeof createChat,
  ) {
    this.options = options
    this.machine = machine
    this.scheduler = machine.scheduler
    this.ledger = ledger
    this.#gateway = gateway
    this.#createChat = create
    machine.page.subscribe((event) => event === 'wake' && this.#woke())
  }

  /** Opens the page. */
  start(): void {
    const { scheduler, machine, options } = this
    const chat = this.#createChat({
      url: 'wss://simulated/ws/chat',
      rest: 'https://simulated',
      token: () => this.token(),
      storage: machine.storage,
      tabs: machine.tabs,
      page: machine.page,
      clock: machine.clock,
      random: () => scheduler.random.next(),
      WebSocket: socketsOf(this.#gateway, {
        canConnect: () => !machine.hasNoSockets,
        opened: (socket) => this.#opened(socket),
        sent: ({ connection = '' }, frame) => noteFrame(this, frame, connection),
        received: (socket, frame) => checkFrame(this, frame, socket, scheduler.now),
      }),
      fetch: simulatedFetch(scheduler, this.#gateway, {
        called: (call) => noteCall(this, call),
        answered: (call, status, body) => checkAnswer(this, call, status, body),
      }),
    })
    this.#chat = chat
    for (const id of options.conversations) this.#rooms.set(id, chat.open(id))
    chat.invitations.subscribe(() => this.acceptAll())
  }

  /** Undefined while the page is closed. */
  get chat(): Chat | undefined {
    return this.#chat
  }
  room(id: string): Room | undefined {
    return this.#rooms.get(id)
  }
  get connection(): string | undefined {
    const { connection } = this.#socket ?? {}
    return connection !== undefined && this.#gateway.isOpen(connection) ? connection : undefined
  }
  get authenticated(): boolean {
    return this.#chat?.state.getSnapshot().phase === 'online' && !this.stopped
  }
  get hasExpired(): boolean {
    return this.connection !== undefined && Number(this.#socket?.expiresAt) < this.scheduler.now
  }
  get list() {
    return this.#chat?.conversations.getSnapshot().items ?? []
  }
  get outbox(): { readonly isEmpty: boolean } {
    const pending = [...this.#rooms.values()].flatMap(({ log }) => log.getSnapshot().pending)
    return { isEmpty: pending.every(({ status }) => status === 'failed') }
  }
  get views(): CheckedClient['views'] {
    return new Map([...this.#rooms].map(([id, { log }]) => [id, toView(log.getSnapshot())]))
  }

  token(): string {
    const iat = Math.floor(this.scheduler.now / 1000)
    const exp = iat + Math.floor(this.options.tokenLifetimeMs / 1000)
    return jwt.sign({ user_id: this.options.user, iat, exp }, signingKey, { algorithm: 'HS256' })
  }

  /** Sends a message as a user does. */
  write(conversation: string, content: string): void {
    const room = this.room(conversation)
    if (!room || this.stopped) return
    const key = room.send(content)
    this.written.push({ conversation, key, content, mayBeLost: this.machine.hadBrokenStorage })
    this.#writtenAt.push(this.scheduler.now)
    this.ledger.history.note(`${this.options.name} writes ${key} to ${conversation}`)
  }

  /** Closes the conversation for a while. */
  toggle(conversation: string): void {
    const room = this.room(conversation)
    if (!room || this.stopped) return
    room.close()
    this.#rooms.delete(conversation)
    this.scheduler.after(
      this.scheduler.random.below(3000),
      `${this.options.name} opens ${conversation}`,
      () => {
        if (this.#chat && !this.#rooms.has(conversation))
          this.#rooms.set(conversation, this.#chat.open(conversation))
      },
    )
  }

  /**
   * Closes the page and opens it again.
   *
   * @param prepare called before the page opens again
   */
  reload(prepare: () => void = () => undefined): void {
    if (!this.#chat) return
    this.ledger.history.note(`${this.options.name} reloads`)
    this.#end()
    this.scheduler.after(this.scheduler.random.below(500), `${this.options.name} starts again`, () => {
      if (this.stopped) return
      prepare()
      this.start()
    })
  }

  /** Cuts the connection in the network; both sides notice. */
  drop(): void {
    if (this.connection !== undefined) this.#gateway.close(this.connection)
  }

  /** Cuts the connection without a close frame. */
  cut(): void {
    if (this.connection !== undefined) this.#gateway.cut(this.connection)
  }

  /** Closes the page for good. */
  stop(): void {
    this.stopped = true
    this.#end()
  }

  /** Makes a call through the library; errors other than the expected ones are violations. */
  async call(what: string, refusals: readonly string[], act: () => Promise<unknown>): Promise<void> {
    const { options, ledger } = this
    ledger.history.note(`${options.name} calls ${what}`)
    this.calls++
    try {
      await act()
    } catch (error) {
      const { name, code, retryable } = error as RequestError
      if (name !== 'RequestError') throw error
      ledger.history.note(`${options.name} gets ${code} for ${what}`)
      const isExpected = retryable || refusals.includes(code) || ledger.dismissing.has(options.user)
      if (isExpected || this.stopped) return
      ledger.history.violate('wrong answer', `${code} to a correct ${what} by ${options.user}`, [
        options.name,
      ])
    } finally {
      this.calls--
    }
  }

  /** Accepts every invitation that the user has received. */
  acceptAll(): void {
    const { chat } = this
    for (const { id } of chat?.invitations.getSnapshot() ?? []) {
      if (this.#accepted.has(id)) continue
      this.#accepted.add(id)
      this.scheduler.background(
        this.call(`accept ${id}`, ['not_found', 'already_answered'], async () => chat?.respond(id, 'accept')),
      )
    }
  }
  readonly #accepted = new Set<string>()

  /** Sends a frame that the library would not send. */
  forge(frame: Frame, request_id: string): void {
    this.requests.set(request_id, 'forgery')
    if (this.authenticated) this.#socket?.send(JSON.stringify({ ...frame, request_id }))
  }

  /**
   * Checks that a dead connection is given up soon after the machine has woken, because until then, the user sees
   * nothing new.
   */
  #woke(): void {
    const { scheduler, machine, options, ledger } = this
    const socket = this.#socket
    if (!socket || !this.authenticated || this.#gateway.isAlive(String(socket.connection))) return
    scheduler.after(MAX_PROBE_MS, `${options.name} has woken`, () => {
      if (socket.readyState === 1 && !machine.isAsleep)
        ledger.history.violate('stuck', `${options.name} keeps a dead connection after waking`, [
          options.name,
        ])
    })
  }

  #end(): void {
    for (const [index, at] of this.#writtenAt.entries()) {
      const written = this.written[index]
      const isTooNew = at + MAX_STORING_MS > this.scheduler.now
      if (written && (isTooNew || this.machine.hadBrokenStorage)) written.mayBeLost = true
    }
    this.#chat?.dispose()
    this.#chat = undefined
    this.#rooms.clear()
  }

  #opened(socket: SimulatedSocket): void {
    this.#socket = socket
    if (this.options.sleeper)
      this.scheduler.after(4000, `${this.options.name} sleeps`, () => this.machine.sleep())
    if (this.hasty === 0) return
    this.hasty--
    this.scheduler.after(this.scheduler.random.below(300), `${this.options.name} is hasty`, () => {
      if (socket.connection !== undefined) this.#gateway.close(socket.connection)
    })
  }
}

/** A connection that is dead when the machine wakes is given up within this time. */
const MAX_PROBE_MS = 6000
/** A message is stored within this time. */
const MAX_STORING_MS = 200

function toView({ entries, firstSeq }: Log) {
  const shown: SeenEntry[] = entries.map(toSeenEntry)
  return { shown, firstSeq, contents: new Map(shown.map(({ seq, content }) => [seq, content])) }
}
