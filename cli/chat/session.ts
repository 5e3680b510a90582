import { ChatError } from '../../protocol/errors.ts'
import type { AnswerTo, ClientFrame } from '../../protocol/frames.ts'
import type { AnswerFrame, ErrorFrame, PushFrame } from '../../protocol/server-frames.ts'
import type { Account } from './account.ts'
import { isAnswer, isPush, readFrame } from './frames.ts'
import { Heartbeat } from './heartbeat.ts'
import { type Outgoing, ReconnectingSocket, type SocketListener } from './reconnecting-socket.ts'
import { Requests, type RequestType } from './requests.ts'
import type { Timing } from './timing.ts'

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

export interface SessionOptions {
  readonly socketUrl: string
  readonly account: Account
  readonly timing: Timing
}

/** The `request_id` of `authenticate`. */
const AUTHENTICATE = 'authenticate'
/** A token is renewed this long before it expires. */
const RENEW_BEFORE_MS = 5 * 60_000

/** An authenticated connection that renews its token, pings, reconnects, and repeats unanswered requests. */
export class Session implements SocketListener {
  readonly #account: Account
  readonly #listener: SessionListener
  readonly #socket: ReconnectingSocket
  readonly #requests: Requests
  readonly #heartbeat: Heartbeat
  #signedIn = false
  #over = false
  #renewal: NodeJS.Timeout | undefined

  constructor({ socketUrl, account, timing }: SessionOptions, listener: SessionListener) {
    this.#account = account
    this.#listener = listener
    this.#socket = new ReconnectingSocket(socketUrl, timing, this)
    this.#requests = new Requests(timing, (frame) => this.#trySend(frame))
    this.#heartbeat = new Heartbeat({
      intervalMs: timing.heartbeatMs,
      ping: () => this.send({ type: 'ping' }),
      dead: () => this.#socket.drop('no answer to two pings'),
    })
  }

  start(): void {
    this.#socket.open()
  }

  /** Resolves with the answer, after any number of reconnections; rejects when the request finally fails. */
  async ask<T extends RequestType>(type: T, make: () => ClientFrame<T>): Promise<AnswerTo<T>> {
    if (this.#over) throw new Error('The session is over.')
    return await this.#requests.ask(type, make)
  }

  /** Sends a frame that needs no answer; does nothing while disconnected. */
  send(frame: ClientFrame): void {
    this.#trySend(frame)
  }

  stop(): void {
    this.#over = true
    this.#suspend()
    this.#socket.stop()
    this.#requests.giveUp(new Error('The session is over.'))
  }

  opened(): void {
    void this.#authenticate()
    this.#heartbeat.start()
  }

  received(text: string): void {
    const incoming = readFrame(text)
    if (!incoming) return
    const { frame, requestId } = incoming
    if (!frame) this.#requests.anonymous()
    else if (frame.type === 'error') this.#refused(frame, requestId)
    else if (frame.type === 'authenticated') this.#authenticated(frame)
    else if (frame.type === 'pong') {
      this.#heartbeat.answered()
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
      const token = await this.#account.renew()
      if (!this.#over) this.#socket.send({ type: 'authenticate', token, request_id: AUTHENTICATE })
    } catch (error) {
      this.#socket.drop(error instanceof Error ? error.message : String(error))
    }
  }

  /** @returns false while not signed in; the frame is not sent then */
  #trySend(frame: Outgoing): boolean {
    if (this.#signedIn) this.#socket.send(frame)
    return this.#signedIn
  }

  #authenticated({ user_id, expires_at }: Authenticated): void {
    this.#socket.settled()
    if (this.#account.renewable) {
      const leftMs = Date.parse(expires_at) - Date.now()
      clearTimeout(this.#renewal)
      this.#renewal = setTimeout(
        () => void this.#authenticate(),
        Math.max(leftMs - RENEW_BEFORE_MS, leftMs / 2),
      )
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
    else if (code === 'token_expired' && this.#account.renewable) this.#socket.drop('the token expired')
    else if (code === 'token_expired') this.#end(error)
    else if (!this.#requests.refuse(requestId, error)) this.#listener.refused(error)
  }

  /** Retries on a new connection if the server is overloaded or one of its dependencies failed. */
  #notAuthenticated(error: ChatError): void {
    if (error.code === 'rate_limited' || error.code === 'unavailable') this.#socket.drop(error.message)
    else this.#end(error)
  }

  #end(error: Error): void {
    if (this.#over) return
    this.#over = true
    this.#suspend()
    this.#socket.stop()
    this.#requests.giveUp(error)
    this.#listener.ended(error)
  }

  #suspend(): void {
    this.#heartbeat.stop()
    clearTimeout(this.#renewal)
    this.#requests.suspend()
    this.#signedIn = false
  }
}
