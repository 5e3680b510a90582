import { RequestError } from '../errors.ts'
import type { Clock } from '../types.ts'
import type { ServerFrame } from '../wire.ts'

const ANSWER_WITHIN_MS = 10_000

const messages = {
  network: 'The connection was lost.',
  timeout: 'No answer came in time.',
  platform: 'The platform refused the request.',
}

/** A request that got no answer. It can be repeated. */
export const unanswered = (code: keyof typeof messages) =>
  new RequestError(code, messages[code], { retryable: true })

/** The requests of one tab that wait for an answer. */
export interface Requests {
  /** Begins a request. Its frame must carry the `request_id`. */
  begin(): { readonly request_id: string; readonly answer: Promise<ServerFrame> }
  /** Settles the request that this frame answers; false if it answers none of this tab. */
  settle(frame: ServerFrame): boolean
  /** Rejects all requests. */
  failAll(code: 'network' | 'platform'): void
}

interface Waiting {
  readonly deadline: number
  resolve(frame: ServerFrame): void
  reject(error: RequestError): void
}

/** `onTimeout` is called when requests got no answer in time. */
export function createRequests(deps: { clock: Clock; tab: string; onTimeout(): void }): Requests {
  const { clock, tab, onTimeout } = deps
  /** In the order of the deadlines. */
  const waiting = new Map<string, Waiting>()
  let last = 0
  let timer: unknown

  /** Rejects the requests that are overdue by the clock. Timers alone can be late: pages sleep and are throttled. */
  function expire() {
    clock.clearTimeout(timer)
    const before = waiting.size
    for (const [id, { deadline, reject }] of waiting) {
      const ms = deadline - clock.now()
      if (ms > 0) {
        timer = clock.setTimeout(expire, ms)
        break
      }
      waiting.delete(id)
      reject(unanswered('timeout'))
    }
    if (waiting.size < before) onTimeout()
  }

  return {
    begin() {
      const request_id = `${tab}.${++last}`
      const answer = new Promise<ServerFrame>((resolve, reject) => {
        waiting.set(request_id, { deadline: clock.now() + ANSWER_WITHIN_MS, resolve, reject })
      })
      if (waiting.size === 1) expire()
      return { request_id, answer }
    },
    settle(frame) {
      const id = 'request_id' in frame ? (frame.request_id ?? '') : ''
      const request = waiting.get(id)
      waiting.delete(id)
      if (frame.type === 'error') {
        const { code, message, retryable, retry_after_ms } = frame
        request?.reject(new RequestError(code, message, { retryable, retryAfterMs: retry_after_ms }))
      } else {
        request?.resolve(frame)
      }
      expire()
      return request !== undefined
    },
    failAll(code) {
      const all = [...waiting.values()]
      waiting.clear()
      expire()
      for (const { reject } of all) reject(unanswered(code))
    },
  }
}
