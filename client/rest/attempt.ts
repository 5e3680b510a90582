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
  (token: string, call: Call): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const abort = new AbortController()
      const timer = clock.setTimeout(() => {
        reject(new RequestError('timeout', 'no answer in time', { retryable: true }))
        abort.abort()
      }, TIMEOUT_MS)
      const init = { ...requestOf(token, call), signal: abort.signal }
      exchange(fetch, `${base.replace(/\/$/, '')}${targetOf(call)}`, init)
        .then(resolve, reject)
        .finally(() => clock.clearTimeout(timer))
    })

async function exchange(send: typeof fetch, url: string, init: RequestInit): Promise<unknown> {
  let status: number
  let text: string
  try {
    const response = await send(url, init)
    status = response.status
    text = await response.text()
  } catch (error) {
    throw unreachable(error)
  }
  return dataOf(status, text)
}

function targetOf({ path, query = {} }: Call): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, `${value}`)
  return `${search}` ? `${path}?${search}` : path
}

function requestOf(token: string, { method, body }: Call): RequestInit {
  const headers = { authorization: `Bearer ${token}` }
  if (body === undefined) return { method, headers }
  return { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

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
function dataOf(status: number, text: string): unknown {
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
