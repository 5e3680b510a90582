import { createSecretKey } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { testSecret } from '../../test/support/constants.ts'
import { type Record, toSeen } from '../model/record.ts'
import { View } from '../model/view.ts'
import { Editor } from './editor.ts'
import type { Gateway, Peer } from './gateway.ts'
import { Inbox, REFUSED } from './inbox.ts'
import { Outbox } from './outbox.ts'
import type { Scheduler } from './scheduler.ts'

export interface ClientOptions {
  readonly user: string
  readonly name: string
  readonly conversations: readonly string[]
  /** Milliseconds for which a token counts. */
  readonly tokenLifetime: number
  /** Keeps the line open and does nothing more: no pings, no new token. */
  readonly sleeper?: boolean
  /** A weakening: shows whatever comes, as it comes. */
  readonly careless?: boolean
}

/** Made once: from a text, every signature would try it as a private key first. */
const key = createSecretKey(Buffer.from(testSecret))

/** How long a frame may be without an answer. */
const ANSWER_WITHIN = 5000
export const HEARTBEAT = 30_000

export type Frame = Readonly<{ [name: string]: unknown }>

/** One device that keeps to the protocol: it trusts the log, takes pushes for hints and sends again until it hears. */
export class Client implements Peer {
  readonly views: ReadonlyMap<string, View>
  readonly outbox: Outbox
  readonly editor = new Editor(this)
  connection: string | undefined
  authenticated = false
  /** When the token of the open connection expires. */
  expiresAt = Number.POSITIVE_INFINITY
  stopped = false
  /** How many of the next lines to give up within moments. */
  hasty = 0
  missedPongs = 0
  /** Tokens that were sent and did not succeed yet, by request. */
  readonly renewing = new Set<string>()
  readonly joined = new Set<string>()
  /** When each conversation was last asked for; `REFUSED` is not asked for again on this line. */
  readonly fetching = new Map<string, number>()
  readonly #inbox = new Inbox(this)
  #generation = 0
  #tokens = 0

  constructor(
    readonly options: ClientOptions,
    readonly scheduler: Scheduler,
    readonly gateway: Gateway,
    readonly record: Record,
  ) {
    this.views = new Map(options.conversations.map((id) => [id, new View(options.careless)]))
    this.outbox = new Outbox(this)
  }

  connect(): void {
    if (!this.stopped) this.gateway.connect(this)
  }

  opened(connection: string): void {
    this.connection = connection
    this.authenticated = false
    this.expiresAt = Number.POSITIVE_INFINITY
    this.missedPongs = 0
    this.joined.clear()
    this.fetching.clear()
    this.renewing.clear()
    this.#generation++
    this.authenticate()
    if (!this.options.sleeper) this.#beat(this.#generation)
    if (this.hasty === 0) return
    this.hasty--
    this.scheduler.after(this.scheduler.random.below(300), `${this.options.name} is hasty`, () => {
      if (this.connection === connection) this.drop()
    })
  }

  refused(): void {
    this.scheduler.after(500 + this.scheduler.random.below(2000), `${this.options.name} connects again`, () =>
      this.connect(),
    )
  }

  closed(connection: string): void {
    if (connection !== this.connection) return
    this.connection = undefined
    this.authenticated = false
    this.#generation++
    this.refused()
  }

  /** Gives the line up from this side. */
  drop(): void {
    const { connection } = this
    if (connection === undefined) return
    this.gateway.close(connection)
    this.closed(connection)
  }

  stop(): void {
    this.stopped = true
    this.drop()
  }

  token(): string {
    const iat = Math.floor(this.scheduler.now / 1000)
    const exp = iat + Math.floor(this.options.tokenLifetime / 1000)
    return jwt.sign({ user_id: this.options.user, iat, exp }, key, { algorithm: 'HS256' })
  }

  authenticate(): void {
    const request_id = `authenticate ${++this.#tokens}`
    this.renewing.add(request_id)
    const again = () => this.renewing.delete(request_id) && this.authenticate()
    this.#ask({ type: 'authenticate', token: this.token(), request_id }, again)
  }

  /** Joins, or asks for what is missing: the same frame. */
  fetch(conversation: string): void {
    const last = this.fetching.get(conversation)
    if (last !== undefined && last + ANSWER_WITHIN > this.scheduler.now) return
    this.fetching.set(conversation, this.scheduler.now)
    const after_seq = this.views.get(conversation)?.held ?? 0
    this.#ask({ type: 'join_conversation', conversation_id: conversation, after_seq }, () => {
      if (this.fetching.get(conversation) === REFUSED) return
      if (this.fetching.delete(conversation) && !this.joined.has(conversation)) this.fetch(conversation)
    })
  }

  leave(conversation: string): void {
    if (this.connection === undefined) return
    this.joined.delete(conversation)
    this.#ask({ type: 'leave_conversation', conversation_id: conversation }, () => {
      if (!this.joined.has(conversation)) this.fetch(conversation)
    })
  }

  send(frame: { readonly type: string } & Frame): void {
    if (this.connection !== undefined) this.gateway.send(this.connection, frame)
  }

  received(connection: string, frame: Frame): void {
    if (connection === this.connection) this.#inbox.read(connection, frame)
  }

  /** A message was seen, however it came. */
  take(conversation: string, message: unknown): void {
    this.views.get(conversation)?.take(toSeen(message))
  }

  /** Asks again later unless this line is over; an answer makes the repetition pointless, never harmful. */
  #ask(frame: { readonly type: string } & Frame, again: () => unknown): void {
    const generation = this.#generation
    this.send({ request_id: `${frame.type} ${frame['conversation_id'] ?? ''}`, ...frame })
    this.scheduler.after(ANSWER_WITHIN, `${this.options.name} waited for ${frame.type}`, () => {
      if (generation === this.#generation) again()
    })
  }

  #beat(generation: number): void {
    this.scheduler.after(HEARTBEAT - this.scheduler.random.below(2000), `${this.options.name} beats`, () => {
      if (generation !== this.#generation || this.stopped) return
      // Two intervals without an answer: the line is dead, whatever the socket says.
      if (this.missedPongs >= 2) {
        this.drop()
        return
      }
      this.missedPongs++
      if (this.expiresAt - this.scheduler.now < HEARTBEAT) this.authenticate()
      this.send({ type: 'ping' })
      this.#beat(generation)
    })
  }
}
