import { ChatError, errorCodes } from '../../protocol/errors.ts'
import { type AnswerTo, type ClientFrame, clientFrames, type FrameType } from '../../protocol/frames.ts'
import type { AnswerFrame } from '../../protocol/server-frames.ts'
import type { Outgoing } from './reconnecting-socket.ts'
import { backOffMs, type Timing } from './timing.ts'

/** Frames that are sent again until they are answered. */
export type RequestType = Exclude<FrameType, 'authenticate' | 'typing' | 'ping'>

/** The fields of a request; called for each attempt, so that the frame reflects the state at that time. */
export type MakeFields<T extends RequestType> = () => Omit<ClientFrame<T>, 'type'>

interface Request {
  readonly id: string
  readonly make: () => ClientFrame
  readonly answered: (answer: AnswerFrame) => void
  readonly refused: (error: Error) => void
  failures: number
  timer: NodeJS.Timeout | undefined
}

/**
 * Pending requests. A request is repeated after a timeout, after a retryable error and on every new connection, which is
 * safe because all of these frames are idempotent.
 */
export class Requests {
  readonly #timing: Timing
  readonly #send: (frame: Outgoing) => boolean
  readonly #open = new Map<string, Request>()
  #count = 0

  /** @param send returns false if there is no authenticated connection */
  constructor(timing: Timing, send: (frame: Outgoing) => boolean) {
    this.#timing = timing
    this.#send = send
  }

  ask<T extends RequestType>(type: T, fields: MakeFields<T>): Promise<AnswerTo<T>> {
    return new Promise((resolve, reject) => {
      const id = `${++this.#count}`
      const answered = (answer: AnswerFrame) => {
        if (answer.type === clientFrames[type].answer.type) resolve(answer as AnswerTo<T>)
        else reject(new Error(`${type} was answered with ${answer.type}.`))
      }
      const make = () => ({ type, ...fields() }) as ClientFrame
      const request: Request = { id, make, answered, refused: reject, failures: 0, timer: undefined }
      this.#open.set(id, request)
      this.#attempt(request)
    })
  }

  answer(id: string, answer: AnswerFrame): void {
    this.#take(id)?.answered(answer)
  }

  /** @returns true if the error belongs to a pending request */
  refuse(id: string, error: ChatError): boolean {
    const request = this.#open.get(id)
    if (!request) return false
    if (errorCodes[error.code].retryable) this.#retryLater(request, error)
    else this.#take(id)?.refused(error)
    return true
  }

  /** API Gateway's own error frame, which names no request: attributable only if a single request is pending. */
  anonymous(): void {
    const [only, ...others] = this.#open.values()
    if (only && others.length === 0) this.#retryLater(only, new ChatError('unavailable', 'the chat failed'))
  }

  /** Sends all pending requests again, in their original order, on a new connection. */
  repeatAll(): void {
    for (const request of this.#open.values()) this.#attempt(request)
  }

  /** Stops retrying until `repeatAll` is called. */
  suspend(): void {
    for (const { timer } of this.#open.values()) clearTimeout(timer)
  }

  /** Rejects all pending requests. */
  giveUp(error: Error): void {
    for (const id of [...this.#open.keys()]) this.#take(id)?.refused(error)
  }

  #take(id: string): Request | undefined {
    const request = this.#open.get(id)
    clearTimeout(request?.timer)
    this.#open.delete(id)
    return request
  }

  #attempt(request: Request): void {
    clearTimeout(request.timer)
    if (!this.#send({ ...request.make(), request_id: request.id })) return
    const timeout = new ChatError('unavailable', 'the chat does not answer')
    request.timer = setTimeout(() => this.#retryLater(request, timeout), this.#timing.answerTimeoutMs)
  }

  #retryLater(request: Request, error: ChatError): void {
    clearTimeout(request.timer)
    if (++request.failures >= this.#timing.maxAttempts) {
      this.#take(request.id)?.refused(error)
      return
    }
    const pauseMs = (error.retryAfterMs ?? 0) + backOffMs(this.#timing, request.failures - 1)
    request.timer = setTimeout(() => this.#attempt(request), pauseMs)
  }
}
