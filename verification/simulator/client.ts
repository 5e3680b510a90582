import jwt from 'jsonwebtoken'
import type { RestEvent, RestResponse } from '../../lambdas/rest/event.ts'
import type { CheckedClient } from '../model/checker.ts'
import type { Ledger } from '../model/ledger.ts'
import type { Frame } from '../model/receive.ts'
import { View } from '../model/view.ts'
import { ANSWER_TIMEOUT_MS, type ClientOptions, REFUSED } from './client-options.ts'
import { Editor } from './editor.ts'
import type { Gateway } from './gateway.ts'
import { handleFrame } from './inbox.ts'
import { Organizer } from './organizer.ts'
import { Outbox } from './outbox.ts'
import type { Scheduler } from './scheduler.ts'
import { signingKey } from './signing-key.ts'

export const HEARTBEAT_MS = 30_000

/**
 * A device that follows the protocol: it relies on the log, treats pushes as hints, and retries until
 * answered.
 */
export class Client implements CheckedClient {
  readonly options: ClientOptions
  readonly scheduler: Scheduler
  readonly gateway: Gateway
  readonly ledger: Ledger
  readonly views: ReadonlyMap<string, View>
  readonly outbox: Outbox
  readonly editor: Editor
  readonly organizer: Organizer
  connection: string | undefined
  authenticated = false
  /** When the token of the open connection expires. */
  expiresAt = Number.POSITIVE_INFINITY
  stopped = false
  /** How many of the next connections to close right after they open. */
  hasty = 0
  missedPongs = 0
  /** Request ids of tokens that were sent and not accepted yet. */
  readonly renewing = new Set<string>()
  readonly joined = new Set<string>()
  /** When each conversation was last requested, or `REFUSED`. */
  readonly fetching = new Map<string, number>()
  #generation = 0
  #tokens = 0

  constructor(options: ClientOptions, scheduler: Scheduler, gateway: Gateway, ledger: Ledger) {
    this.options = options
    this.scheduler = scheduler
    this.gateway = gateway
    this.ledger = ledger
    this.views = new Map(options.conversations.map((id) => [id, new View(options.careless)]))
    this.outbox = new Outbox(this)
    this.editor = new Editor(this)
    this.organizer = new Organizer(this)
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
    this.scheduler.after(500 + this.scheduler.random.below(2000), `${this.options.name} reconnects`, () =>
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

  /** Closes the connection; the client reconnects. */
  drop(): void {
    const { connection } = this
    if (connection === undefined) return
    this.gateway.close(connection)
    this.closed(connection)
  }

  /** Closes the connection for good. */
  stop(): void {
    this.stopped = true
    this.drop()
  }

  token(): string {
    const iat = Math.floor(this.scheduler.now / 1000)
    const exp = iat + Math.floor(this.options.tokenLifetimeMs / 1000)
    return jwt.sign({ user_id: this.options.user, iat, exp }, signingKey, { algorithm: 'HS256' })
  }

  authenticate(): void {
    const request_id = `authenticate ${++this.#tokens}`
    this.renewing.add(request_id)
    const retry = () => this.renewing.delete(request_id) && this.authenticate()
    this.#request({ type: 'authenticate', token: this.token(), request_id }, retry)
  }

  /** Joins, or requests what is missing: the same frame. */
  fetch(conversation: string): void {
    const last = this.fetching.get(conversation)
    if (last !== undefined && last + ANSWER_TIMEOUT_MS > this.scheduler.now) return
    this.fetching.set(conversation, this.scheduler.now)
    const after_seq = this.views.get(conversation)?.held ?? 0
    this.#request({ type: 'join_conversation', conversation_id: conversation, after_seq }, () => {
      if (this.fetching.get(conversation) === REFUSED) return
      if (this.fetching.delete(conversation) && !this.joined.has(conversation)) this.fetch(conversation)
    })
  }

  leave(conversation: string): void {
    if (this.connection === undefined) return
    this.joined.delete(conversation)
    this.#request({ type: 'leave_conversation', conversation_id: conversation }, () => {
      if (!this.joined.has(conversation)) this.fetch(conversation)
    })
  }

  send(frame: { readonly type: string } & Frame): void {
    if (this.connection !== undefined) this.gateway.send(this.connection, frame)
  }

  received(connection: string, frame: Frame): void {
    if (connection === this.connection) handleFrame(this, frame)
  }

  /** Makes a REST call, which gets no answer if it fails on the way. */
  call(routeKey: string, rest: Partial<RestEvent>): Promise<RestResponse | undefined> {
    const headers = { authorization: `Bearer ${this.token()}` }
    return this.gateway.rest({ routeKey, headers, isBase64Encoded: false, ...rest })
  }

  /** Sends a request and retries later unless the connection has ended. A retry after an answer does no harm. */
  #request(frame: { readonly type: string } & Frame, retry: () => unknown): void {
    const generation = this.#generation
    this.send({ request_id: `${frame.type} ${frame['conversation_id'] ?? ''}`, ...frame })
    this.scheduler.after(ANSWER_TIMEOUT_MS, `${this.options.name} waited for ${frame.type}`, () => {
      if (generation === this.#generation) retry()
    })
  }

  #beat(generation: number): void {
    const delayMs = HEARTBEAT_MS - this.scheduler.random.below(2000)
    this.scheduler.after(delayMs, `${this.options.name} sends a heartbeat`, () => {
      if (generation !== this.#generation || this.stopped) return
      // Two intervals without a pong: the connection is dead, even if the socket still looks open.
      if (this.missedPongs >= 2) {
        this.drop()
        return
      }
      this.missedPongs++
      if (this.expiresAt - this.scheduler.now < HEARTBEAT_MS) this.authenticate()
      this.send({ type: 'ping' })
      this.#beat(generation)
    })
  }
}
