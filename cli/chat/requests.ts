import { ChatError, errorCodes } from '../../protocol/errors.ts'
import { type AnswerTo, type ClientFrame, clientFrames, type FrameType } from '../../protocol/frames.ts'
import type { AnswerFrame } from '../../protocol/server-frames.ts'
import type { Outgoing } from './line.ts'
import { backOff, type Pace } from './pace.ts'

/** Frames that are sent again until they are answered. */
export type RequestType = Extract<
  FrameType,
  'join_conversation' | 'leave_conversation' | 'send_message' | 'mark_read'
>

interface Request {
  readonly make: () => ClientFrame
  readonly answered: (answer: AnswerFrame) => void
  readonly refused: (error: Error) => void
  failures: number
  timer: NodeJS.Timeout | undefined
}

/**
 * What waits for an answer. Silence, refusals that may be retried and a new connection make it be asked again: all of
 * them do the same however often they are sent.
 */
export class Requests {
  readonly #open = new Map<string, Request>()
  #count = 0

  constructor(
    private readonly pace: Pace,
    /** @returns whether there is a connection that it went over */
    private readonly send: (frame: Outgoing) => boolean,
  ) {}

  /** @param make called at each attempt, so that the frame says what holds then */
  ask<T extends RequestType>(type: T, make: () => ClientFrame<T>): Promise<AnswerTo<T>> {
    return new Promise((resolve, reject) => {
      const id = `${++this.#count}`
      const answered = (answer: AnswerFrame) => {
        if (answer.type === clientFrames[type].answer.type) resolve(answer as AnswerTo<T>)
        else reject(new Error(`${type} was answered by ${answer.type}.`))
      }
      this.#open.set(id, { make, answered, refused: reject, failures: 0, timer: undefined })
      this.#attempt(id)
    })
  }

  answer(id: string, answer: AnswerFrame): void {
    this.#take(id)?.answered(answer)
  }

  /** @returns whether the refusal was of an open request */
  refuse(id: string | undefined, error: ChatError): boolean {
    const request = id === undefined ? undefined : this.#open.get(id)
    if (id === undefined || !request) return false
    if (errorCodes[error.code].retryable) this.#later(id, request, error)
    else this.#take(id)?.refused(error)
    return true
  }

  /** An anonymous failure: it is known whose it was where only one request is open. */
  anonymous(): void {
    const [only, ...others] = this.#open
    if (only && others.length === 0) this.#later(...only, new ChatError('unavailable', 'the chat failed'))
  }

  /** A new connection stands: whatever is open is asked again, in the old order. */
  askAgain(): void {
    for (const id of this.#open.keys()) this.#attempt(id)
  }

  /** The connection is lost; nothing is asked before the next one stands. */
  rest(): void {
    for (const { timer } of this.#open.values()) clearTimeout(timer)
  }

  /** Nobody will answer any more. */
  giveUp(error: Error): void {
    for (const id of [...this.#open.keys()]) this.#take(id)?.refused(error)
  }

  #take(id: string): Request | undefined {
    const request = this.#open.get(id)
    clearTimeout(request?.timer)
    this.#open.delete(id)
    return request
  }

  #attempt(id: string): void {
    const request = this.#open.get(id)
    if (!request) return
    clearTimeout(request.timer)
    if (!this.send({ ...request.make(), request_id: id })) return
    const silence = new ChatError('unavailable', 'the chat does not answer')
    request.timer = setTimeout(() => this.#later(id, request, silence), this.pace.answerWithin)
  }

  #later(id: string, request: Request, error: ChatError): void {
    clearTimeout(request.timer)
    if (++request.failures >= this.pace.attempts) {
      this.#take(id)?.refused(error)
      return
    }
    const pause = (error.retryAfterMs ?? 0) + backOff(this.pace, request.failures - 1)
    request.timer = setTimeout(() => this.#attempt(id), pause)
  }
}
