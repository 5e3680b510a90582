import { type FailureCode, RequestError } from './errors.ts'
import { errorFrom, failure } from './failures.ts'
import type { Clock } from './types.ts'
import type { AnswerTo, ClientFrames, ClientFrameType } from './wire.ts'

const TIMEOUT_MS = 10_000

export interface Requests {
  /** Sends a frame; see `Link.request`. */
  request<T extends ClientFrameType>(
    type: T,
    fields: ClientFrames[T],
    timeoutMs?: number,
  ): Promise<AnswerTo<T>>
  /** Settles the request that this frame answers, if it answers one. */
  receive(frame: { readonly [field: string]: unknown }): void
  /** Rejects all requests that are in flight. They can all be repeated. */
  fail(code: FailureCode): void
}

/**
 * Matches answers to requests by their `request_id`.
 *
 * @param prefix makes the ids different from those of other tabs and sessions
 * @param send returns false if there is no session
 */
export function createRequests(clock: Clock, prefix: string, send: (frame: object) => boolean): Requests {
  /** By `request_id`: a function that settles the request with an answer or an error. */
  const waiting = new Map<unknown, (outcome: object) => void>()
  let last = 0
  return {
    request(type, fields, timeoutMs = TIMEOUT_MS) {
      return new Promise((resolve, reject) => {
        const request_id = `${prefix}.${++last}`
        const settle = (outcome: object) => {
          waiting.delete(request_id)
          clock.clearTimeout(timer)
          if (outcome instanceof RequestError) reject(outcome)
          else resolve(outcome as never)
        }
        const timer = clock.setTimeout(() => settle(failure('timeout')), timeoutMs)
        waiting.set(request_id, settle)
        if (!send({ type, ...(fields as object), request_id })) settle(failure('network'))
      })
    },
    receive(frame) {
      const settle = waiting.get(frame['request_id'])
      settle?.(frame['type'] === 'error' ? errorFrom(frame as never) : frame)
    },
    fail(code) {
      for (const settle of waiting.values()) settle(failure(code))
    },
  }
}
