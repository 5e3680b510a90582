import type { CheckedClient } from '../../model/checker.ts'
import { type Ledger, toSeenEntry } from '../../model/ledger.ts'
import type { Random } from '../../model/random.ts'
import { View } from '../../model/view.ts'
import type { Endpoint } from '../chat/commands.ts'
import type { ClientOptions, Device, Frame } from './device.ts'
import { handleFrame } from './inbox.ts'
import { Outbox } from './outbox.ts'
import { ReconnectingSocket, type SocketListener } from './reconnecting-socket.ts'
import { Requests } from './requests.ts'
import { type Timing, usualTiming } from './timing.ts'

/** A device that follows docs/protocol.md. */
export class Client implements CheckedClient, Device, SocketListener {
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
    this.socket = new ReconnectingSocket({ url: endpoint.socketUrl, timing: this.#timing, random }, this)
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
    this.requests.start('authenticate', () =>
      this.send({
        type: 'authenticate',
        token: this.endpoint.token(this.options.user),
        request_id: 'authenticate',
      }),
    )
    this.#beat()
  }

  received(frame: Frame): void {
    handleFrame(this, frame)
  }

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

  fetch(conversation: string): void {
    if (this.options.careless && this.joined.has(conversation)) return
    this.requests.start(`join ${conversation}`, () => {
      if (!this.authenticated) return
      this.send({
        type: 'join_conversation',
        conversation_id: conversation,
        after_seq: this.views.get(conversation)?.held ?? 0,
        request_id: `join ${conversation}`,
      })
    })
  }

  leave(conversation: string): void {
    this.requests.start(`leave ${conversation}`, () =>
      this.send({
        type: 'leave_conversation',
        conversation_id: conversation,
        request_id: `leave ${conversation}`,
      }),
    )
  }

  send(frame: Frame): void {
    this.socket.send(frame)
  }

  take(conversation: string, entry: unknown): void {
    this.views.get(conversation)?.take(toSeenEntry(entry))
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
        // Two intervals without a pong: the connection is dead, whatever the socket reports.
        if (this.missedPongs >= 2) return this.socket.drop()
        this.missedPongs++
        if (this.authenticated) this.send({ type: 'ping' })
        this.#beat()
      },
      this.#timing.heartbeatMs * (1 - this.random.next() / 10),
    )
  }
}
