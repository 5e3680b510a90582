import { ChatError } from '../../protocol/errors.ts'
import type { AnswerTo, ClientFrame } from '../../protocol/frames.ts'
import type { AnswerFrame, ErrorFrame, PushFrame } from '../../protocol/server-frames.ts'
import type { Account } from './account.ts'
import { isAnswer, isPush, readFrame } from './frames.ts'
import { Heart } from './heart.ts'
import { Line, type Outgoing, type Speaker } from './line.ts'
import type { Pace } from './pace.ts'
import { Requests, type RequestType } from './requests.ts'

type Authenticated = Extract<AnswerFrame, { type: 'authenticated' }>

/** Who is told what happens on a session. */
export interface Listener {
  /** Signed in on a new connection. */
  signedIn(user: string): void
  pushed(frame: PushFrame): void
  /** The last `seq` of every joined conversation. */
  heads(heads: Readonly<Record<string, number>>): void
  /** An error that answers nothing which still waits for an answer. */
  refused(error: Error): void
  lost(reason: string, pause: number): void
  /** It is over for good. */
  ended(error: Error): void
}

export interface SessionOptions {
  readonly socketUrl: string
  readonly account: Account
  readonly pace: Pace
}

const AUTHENTICATE = 'authenticate'
/** A token is renewed so long before its end, milliseconds. */
const RENEW_BEFORE = 5 * 60_000

/** A connection that stays: it authenticates, beats, renews its token, comes back, and asks again what is unanswered. */
export class Session implements Speaker {
  readonly #line: Line
  readonly #requests: Requests
  readonly #heart: Heart
  #signedIn = false
  #over = false
  #renewal: NodeJS.Timeout | undefined

  constructor(
    private readonly options: SessionOptions,
    private readonly listener: Listener,
  ) {
    this.#line = new Line(options.socketUrl, options.pace, this)
    this.#requests = new Requests(options.pace, (frame) => this.#sent(frame))
    this.#heart = new Heart(
      options.pace.heartbeat,
      () => this.say({ type: 'ping' }),
      () => this.#line.drop('no answer to two pings'),
    )
  }

  start(): void {
    this.#line.open()
  }

  /** Resolves with the answer, over however many connections it takes; rejects when it is refused for good. */
  async ask<T extends RequestType>(type: T, make: () => ClientFrame<T>): Promise<AnswerTo<T>> {
    if (this.#over) throw new Error('The session is over.')
    return await this.#requests.ask(type, make)
  }

  /** Sends what has no answer, if there is a connection now. */
  say(frame: ClientFrame): void {
    this.#sent(frame)
  }

  stop(): void {
    this.#over = true
    this.#rest()
    this.#line.stop()
    this.#requests.giveUp(new Error('The session is over.'))
  }

  opened(): void {
    void this.#authenticate()
    this.#heart.start()
  }

  received(text: string): void {
    const incoming = readFrame(text)
    if (!incoming) return
    const { frame, requestId } = incoming
    if (!frame) this.#requests.anonymous()
    else if (frame.type === 'error') this.#refused(frame, requestId)
    else if (frame.type === 'authenticated') this.#authenticated(frame)
    else if (frame.type === 'pong') {
      this.#heart.answered()
      this.listener.heads(frame.heads)
    } else if (isPush(frame)) this.listener.pushed(frame)
    else if (isAnswer(frame) && requestId !== undefined) this.#requests.answer(requestId, frame)
  }

  lost(reason: string, pause: number | undefined): void {
    this.#rest()
    if (pause === undefined) this.#end(new Error(`The chat cannot be reached: ${reason}.`))
    else this.listener.lost(reason, pause)
  }

  async #authenticate(): Promise<void> {
    try {
      const token = await this.options.account.renew()
      if (!this.#over) this.#line.send({ type: 'authenticate', token, request_id: AUTHENTICATE })
    } catch (error) {
      this.#line.drop(error instanceof Error ? error.message : String(error))
    }
  }

  #sent(frame: Outgoing): boolean {
    if (this.#signedIn) this.#line.send(frame)
    return this.#signedIn
  }

  #authenticated({ user_id, expires_at }: Authenticated): void {
    this.#line.settled()
    if (this.options.account.renewable) {
      const left = Date.parse(expires_at) - Date.now()
      clearTimeout(this.#renewal)
      this.#renewal = setTimeout(() => void this.#authenticate(), Math.max(left - RENEW_BEFORE, left / 2))
    }
    if (this.#signedIn) return
    this.#signedIn = true
    this.#requests.askAgain()
    this.listener.signedIn(user_id)
  }

  #refused({ code, message, retry_after_ms }: ErrorFrame, requestId: string | undefined): void {
    const error = new ChatError(code, message, {
      ...(retry_after_ms === undefined ? {} : { retryAfterMs: retry_after_ms }),
    })
    if (code === 'reconnect_required') this.#line.drop('the chat asked for a new connection')
    else if (code === 'replaced') this.#end(error)
    else if (requestId === AUTHENTICATE) this.#notAdmitted(error)
    else if (code === 'token_expired' && this.options.account.renewable) this.#line.drop('the token ended')
    else if (code === 'token_expired') this.#end(error)
    else if (!this.#requests.refuse(requestId, error)) this.listener.refused(error)
  }

  /** A dependency of the server failed, or too much was asked: the next connection may do better. */
  #notAdmitted(error: ChatError): void {
    if (error.code === 'rate_limited' || error.code === 'unavailable') this.#line.drop(error.message)
    else this.#end(error)
  }

  #end(error: Error): void {
    if (this.#over) return
    this.#over = true
    this.#rest()
    this.#line.stop()
    this.#requests.giveUp(error)
    this.listener.ended(error)
  }

  #rest(): void {
    this.#heart.stop()
    clearTimeout(this.#renewal)
    this.#requests.rest()
    this.#signedIn = false
  }
}
