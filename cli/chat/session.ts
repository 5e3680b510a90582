import { ChatError } from '../../protocol/errors.ts'
import type { AnswerTo } from '../../protocol/frames.ts'
import type { AnswerFrame, ErrorFrame, PushFrame } from '../../protocol/server-frames.ts'
import type { ClientOptions } from './account.ts'
import { isAnswer, isPush, readFrame } from './frames.ts'
import { type Outgoing, ReconnectingSocket, type SocketListener } from './reconnecting-socket.ts'
import { type MakeFields, Requests, type RequestType } from './requests.ts'

type Authenticated = Extract<AnswerFrame, { type: 'authenticated' }>

export interface SessionListener {
  /** Authenticated on a new connection. */
  signedIn(user: string): void
  pushed(frame: PushFrame): void
  /** The last `seq` of each joined conversation, from a `pong`. */
  latestSeqs(seqs: Readonly<Record<string, number>>): void
  /** An error frame that belongs to no pending request. */
  refused(error: Error): void
  lost(reason: string, pauseMs: number): void
  /** The session has ended for good. */
  ended(error: Error): void
}

/** The `request_id` of `authenticate`. */
const AUTHENTICATE = 'authenticate'
/** A token is renewed this long before it expires. */
const RENEW_BEFORE_MS = 5 * 60_000

/** An authenticated connection that renews its token, pings, reconnects, and repeats unanswered requests. */
export class Session implements SocketListener {
  readonly #options: ClientOptions
  readonly #listener: SessionListener
  readonly #socket: ReconnectingSocket
  readonly #requests: Requests
  #pingTimer: NodeJS.Timeout | undefined
  #unansweredPings = 0
  #signedIn = false
  #over = false
  #renewal: NodeJS.Timeout | undefined
  #connection: string | undefined

  constructor(options: ClientOptions, listener: SessionListener) {
    this.#options = options
    this.#listener = listener
    this.#requests = new Requests(options.timing, (frame) => this.send(frame))
    this.#socket = new ReconnectingSocket(options.socketUrl, options.timing, this)
  }

  /** The id of the current connection, or of the last one. */
  get connection(): string | undefined {
    return this.#connection
  }

  /** Resolves with the answer, after any number of reconnections; rejects when the request finally fails. */
  async ask<T extends RequestType>(type: T, fields: MakeFields<T>): Promise<AnswerTo<T>> {
    if (this.#over) throw new Error('The session is over.')
    return await this.#requests.ask(type, fields)
  }

  /** @returns false while not signed in; the frame is not sent then */
  send(frame: Outgoing): boolean {
    if (this.#signedIn) this.#socket.send(frame)
    return this.#signedIn
  }

  stop(reason = new Error('The session is over.')): void {
    this.#over = true
    this.#suspend()
    this.#socket.stop()
    this.#requests.giveUp(reason)
  }

  opened(): void {
    void this.#authenticate()
    this.#unansweredPings = 0
    this.#schedulePing()
  }

  received(text: string): void {
    const incoming = readFrame(text)
    if (!incoming) return
    const { frame, requestId } = incoming
    if (!frame) this.#requests.anonymous()
    else if (frame.type === 'error') this.#refused(frame, requestId)
    else if (frame.type === 'authenticated') this.#authenticated(frame)
    else if (frame.type === 'pong') {
      this.#unansweredPings = 0
      this.#listener.latestSeqs(frame.heads)
    } else if (isPush(frame)) this.#listener.pushed(frame)
    else if (isAnswer(frame) && requestId !== undefined) this.#requests.answer(requestId, frame)
  }

  lost(reason: string, pauseMs: number | undefined): void {
    this.#suspend()
    if (pauseMs === undefined) this.#end(new Error(`The chat cannot be reached: ${reason}.`))
    else this.#listener.lost(reason, pauseMs)
  }

  async #authenticate(): Promise<void> {
    try {
      const token = await this.#options.account.renew()
      if (!this.#over) this.#socket.send({ type: 'authenticate', token, request_id: AUTHENTICATE })
    } catch (error) {
      this.#socket.drop(error instanceof Error ? error.message : String(error))
    }
  }

  /** After two unanswered pings the connection is dead, even if the socket still looks open. */
  #schedulePing(): void {
    const ping = () => {
      if (this.#unansweredPings >= 2) return this.#socket.drop('no answer to two pings')
      this.#unansweredPings++
      this.send({ type: 'ping' })
      this.#schedulePing()
    }
    // Each ping is up to 10 % early, so that clients do not ping in step.
    this.#pingTimer = setTimeout(ping, this.#options.timing.heartbeatMs * (1 - Math.random() / 10))
  }

  #authenticated({ user_id, connection_id, expires_at }: Authenticated): void {
    this.#connection = connection_id
    this.#socket.settled()
    if (this.#options.account.renewable) {
      const leftMs = Date.parse(expires_at) - Date.now()
      const waitMs = Math.max(leftMs - RENEW_BEFORE_MS, leftMs / 2)
      clearTimeout(this.#renewal)
      this.#renewal = setTimeout(() => void this.#authenticate(), waitMs)
    }
    if (this.#signedIn) return
    this.#signedIn = true
    this.#requests.repeatAll()
    this.#listener.signedIn(user_id)
  }

  #refused({ code, message, retry_after_ms }: ErrorFrame, requestId: string | undefined): void {
    const error = new ChatError(code, message, {
      ...(retry_after_ms === undefined ? {} : { retryAfterMs: retry_after_ms }),
    })
    if (code === 'reconnect_required') this.#socket.drop('the chat asked for a new connection')
    else if (code === 'replaced') this.#end(error)
    else if (requestId === AUTHENTICATE) this.#notAuthenticated(error)
    else if (code === 'token_expired' && this.#options.account.renewable)
      this.#socket.drop('the token expired')
    else if (code === 'token_expired') this.#end(error)
    else if (requestId === undefined || !this.#requests.refuse(requestId, error))
      this.#listener.refused(error)
  }

  /** Retries on a new connection if the server is overloaded or one of its dependencies failed. */
  #notAuthenticated(error: ChatError): void {
    if (error.code === 'rate_limited' || error.code === 'unavailable') this.#socket.drop(error.message)
    else this.#end(error)
  }

  #end(error: Error): void {
    if (this.#over) return
    this.stop(error)
    this.#listener.ended(error)
  }

  #suspend(): void {
    clearTimeout(this.#pingTimer)
    clearTimeout(this.#renewal)
    this.#requests.suspend()
    this.#signedIn = false
  }
}
