import type { Random } from '../../model/random.ts'
import { backOff, type Timing } from './timing.ts'

/** If at most this many requests are in flight, an error that names no request is assumed to concern all of them. */
const MAX_SUSPECTS = 3

interface Request {
  readonly attempt: () => void
  /** False during the pause before the next attempt. */
  inFlight: boolean
  failures: number
  timer: NodeJS.Timeout
}

/** Pending requests. Each is repeated after a timeout or a retryable error, until it is answered. */
export class Requests {
  readonly #timing: Timing
  readonly #random: Random
  readonly #pending = new Map<string, Request>()

  constructor(timing: Timing, random: Random) {
    this.#timing = timing
    this.#random = random
  }

  /** Starts a request unless it is pending already. @param attempt called for every attempt */
  start(id: string, attempt: () => void): void {
    if (this.#pending.has(id)) return
    const request: Request = { attempt, inFlight: true, failures: 0, timer: this.#timeout(id) }
    this.#pending.set(id, request)
    attempt()
  }

  answered(id: string): void {
    clearTimeout(this.#pending.get(id)?.timer)
    this.#pending.delete(id)
  }

  /** Handles a retryable error: repeats the request after the server's delay, if any, and a back-off. */
  refused(id: string, afterMs = 0): void {
    const request = this.#pending.get(id)
    if (!request) return
    clearTimeout(request.timer)
    request.inFlight = false
    const pauseMs = afterMs + backOff(this.#timing, request.failures++, this.#random)
    request.timer = setTimeout(() => this.#retry(id), pauseMs)
  }

  /**
   * Handles an error that names no request. Repeating a request that was not refused does no harm, because all requests
   * are idempotent.
   */
  refusedAnonymously(): void {
    const suspects = [...this.#pending].filter(([, { inFlight }]) => inFlight)
    if (suspects.length <= MAX_SUSPECTS) for (const [id] of suspects) this.refused(id)
  }

  /** Drops all requests when the connection ends; they are started again on the next one. */
  clear(): void {
    for (const { timer } of this.#pending.values()) clearTimeout(timer)
    this.#pending.clear()
  }

  #retry(id: string): void {
    const request = this.#pending.get(id)
    if (!request) return
    request.timer = this.#timeout(id)
    request.inFlight = true
    request.attempt()
  }

  #timeout(id: string): NodeJS.Timeout {
    return setTimeout(() => this.#retry(id), this.#timing.answerTimeoutMs * (1 + this.#random.next() / 4))
  }
}
