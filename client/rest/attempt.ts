import { type FailureCode, RequestError } from '../errors.ts'
import type { Clock } from '../types.ts'
import type { ErrorCode } from '../wire.ts'

const TIMEOUT_MS = 10_000

export interface Call {
  readonly method: string
  readonly path: string
  readonly query?: { readonly [name: string]: string | number | undefined } | undefined
  readonly body?: unknown
}

export interface AttemptDeps {
  /** What stands before `/api`. */
  readonly base: string
  readonly fetch: typeof fetch
  readonly clock: Clock
}

/** Makes a call once. Resolves with the `data` of the envelope; rejects with `RequestError`. */
export const createAttempt =
  ({ base, fetch, clock }: AttemptDeps) =>
  (token: string, { method, path, query = {}, body }: Call): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const abort = new AbortController()
      const timer = clock.setTimeout(() => {
        reject(new RequestError('timeout', 'no answer in time', { retryable: true }))
        abort.abort()
      }, TIMEOUT_MS)
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      // Fields that are undefined are left out.
      const search = `${new URLSearchParams(JSON.parse(JSON.stringify(query)))}`
      const url = `${base.replace(/\/$/, '')}${path}${search && `?${search}`}`
      fetch(url, { method, headers, body: JSON.stringify(body), signal: abort.signal })
        .then(async (response) => ({ status: response.status, text: await response.text() }))
        .catch((error: unknown) => Promise.reject(unreachable(error)))
        .then(dataOf)
        .then(resolve, reject)
        .finally(() => clock.clearTimeout(timer))
    })

/** Nothing is known about what the server has done. */
export const unreachable = (error: unknown) =>
  new RequestError('network', error instanceof Error ? error.message : `${error}`, { retryable: true })

interface Envelope {
  readonly success?: boolean
  readonly data?: unknown
  readonly code?: ErrorCode
  readonly message?: string
  readonly retry_after_ms?: number
  readonly conversation_id?: string
}

/** The data of an answer. Throws if the server refused the call, or if the answer is not the server's. */
function dataOf({ status, text }: { readonly status: number; readonly text: string }): unknown {
  const envelope = parse(text)
  if (envelope.success === true) return envelope.data
  const code: FailureCode = (envelope.success === false && envelope.code) || 'platform'
  throw new RequestError(code, envelope.message ?? `HTTP status ${status}`, {
    // A page with status 200 comes from a proxy, such as one that wants the user to sign in to a network.
    retryable: status < 400 || status === 408 || status === 429 || status >= 500,
    retryAfterMs: envelope.retry_after_ms,
    conversationId: envelope.conversation_id,
  })
}

function parse(text: string): Envelope {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}
