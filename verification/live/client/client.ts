import type { CheckedClient } from '../../model/checker.ts'
import type { Ledger } from '../../model/ledger.ts'
import type { Random } from '../../model/random.ts'
import type { Frame } from '../../model/receive.ts'
import { View } from '../../model/view.ts'
import type { Endpoint } from '../chat/commands.ts'
import type { ClientOptions } from './client-options.ts'
import { handleFrame } from './inbox.ts'
import { Outbox } from './outbox.ts'
import { ReconnectingSocket } from './reconnecting-socket.ts'
import { Requests } from './requests.ts'
import { type Timing, usualTiming } from './timing.ts'

/** A device that follows docs/protocol.md. */
export class Client implements CheckedClient {
  readonly options: ClientOptions
  readonly endpoint: Endpoint
  readonly ledger: Ledger
  readonly random: Random
  readonly views: ReadonlyMap<string, View>
  readonly outbox: Outbox
  readonly requests: Requests
  readonly socket: ReconnectingSocket
  readonly joined = new Set<string>()
  connection: string | undefined
  authenticated = false
  missedPongs = 0
  /** The `seq` of the newest message that was pushed. */
  pushed = 0
  pongs = 0
  /** Close codes of authenticated connections that the client did not close itself. */
  readonly losses: number[] = []
  readonly #timing: Timing
  #heartbeat: NodeJS.Timeout | undefined

  constructor(options: ClientOptions, endpoint: Endpoint, ledger: Ledger, random: Random) {
    this.options = options
    this.endpoint = endpoint
    this.ledger = ledger
    this.random = random
    this.#timing = { ...usualTiming, ...options.timing }
    this.views = new Map(options.conversations.map((id) => [id, new View()]))
    this.outbox = new Outbox(this)
    this.requests = new Requests(this.#timing, random)
    this.socket = new ReconnectingSocket(this, this.#timing)
  }

  /** True if the client has authenticated and joined all of its conversations. */
  get ready(): boolean {
    return this.authenticated && this.options.conversations.every((id) => this.joined.has(id))
  }

  start(): void {
    this.socket.start()
  }

  stop(): void {
    this.socket.stop()
    this.#reset()
  }

  opened(): void {
    this.#reset()
    const token = () => this.endpoint.token(this.options.user)
    const request = { type: 'authenticate', request_id: 'authenticate' }
    this.requests.start('authenticate', () => this.send({ ...request, token: token() }))
    this.#beat()
  }

  received(frame: Frame): void {
    handleFrame(this, frame)
  }

  /** Called when a connection ends or cannot be opened. Another attempt follows unless the client was stopped. */
  closed(code: number): void {
    if (this.authenticated) this.losses.push(code)
    this.#reset()
  }

  onAuthenticated(connection: string): void {
    this.requests.answered('authenticate')
    this.connection = connection
    this.authenticated = true
    this.socket.resetBackOff()
    if (!this.options.joinsManually) for (const id of this.options.conversations) this.fetch(id)
    this.outbox.pump()
  }

  /** Joins, or requests what is missing: the same frame. */
  fetch(conversation: string): void {
    if (this.options.careless && this.joined.has(conversation)) return
    const request_id = `join ${conversation}`
    this.requests.start(request_id, () => {
      const after_seq = this.views.get(conversation)?.held ?? 0
      if (this.authenticated)
        this.send({ type: 'join_conversation', conversation_id: conversation, after_seq, request_id })
    })
  }

  leave(conversation: string): void {
    const request_id = `leave ${conversation}`
    const frame = { type: 'leave_conversation', conversation_id: conversation, request_id }
    this.requests.start(request_id, () => this.send(frame))
  }

  send(frame: Frame): void {
    this.socket.send(frame)
  }

  #reset(): void {
    clearTimeout(this.#heartbeat)
    this.requests.clear()
    this.joined.clear()
    this.connection = undefined
    this.authenticated = false
    this.missedPongs = 0
  }

  #beat(): void {
    this.#heartbeat = setTimeout(
      () => {
        // Two intervals without a pong: the connection is dead, even if the socket still looks open.
        if (this.missedPongs >= 2) return this.socket.drop()
        this.missedPongs++
        if (this.authenticated) this.send({ type: 'ping' })
        this.#beat()
      },
      this.#timing.heartbeatMs * (1 - this.random.next() / 10),
    )
  }
}
