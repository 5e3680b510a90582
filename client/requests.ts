import { type FailureCode, RequestError } from './errors.ts'
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
  fail(code: FailureCode, message: string): void
}

/**
 * Matches answers to requests by their `request_id`.
 *
 * @param prefix makes the ids different from those of other tabs and sessions
 * @param send false if there is no session
 */
export function createRequests(clock: Clock, prefix: string, send: (frame: object) => boolean): Requests {
  const waiting = new Map<string, { resolve(frame: never): void; reject(error: RequestError): void }>()
  let last = 0
  return {
    request(type, fields, timeoutMs = TIMEOUT_MS) {
      return new Promise((resolve, reject) => {
        const id = `${prefix}.${++last}`
        const settle = () => {
          waiting.delete(id)
          clock.clearTimeout(timer)
        }
        const timer = clock.setTimeout(() => {
          settle()
          reject(new RequestError('timeout', 'no answer in time', { retryable: true }))
        }, timeoutMs)
        waiting.set(id, {
          resolve(frame) {
            settle()
            resolve(frame)
          },
          reject(error) {
            settle()
            reject(error)
          },
        })
        if (!send({ type, ...(fields as object), request_id: id }))
          waiting.get(id)?.reject(failure('network', 'not connected'))
      })
    },
    receive(frame) {
      const request = waiting.get(String(frame['request_id']))
      if (!request) return
      if (frame['type'] !== 'error') return request.resolve(frame as never)
      request.reject(
        new RequestError(frame['code'] as FailureCode, String(frame['message']), {
          retryable: frame['retryable'] === true,
          retryAfterMs: frame['retry_after_ms'] as number | undefined,
        }),
      )
    },
    fail(code, message) {
      for (const { reject } of [...waiting.values()]) reject(failure(code, message))
    },
  }
}

const failure = (code: FailureCode, message: string) => new RequestError(code, message, { retryable: true })
