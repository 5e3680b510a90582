import type { Tokens } from '../core.ts'
import { type FailureCode, RequestError, SignedOut } from '../errors.ts'
import type { Clock } from '../types.ts'
import type { ErrorCode } from '../wire.ts'

const ATTEMPT_TIMEOUT_MS = 10_000
/** No attempt begins later than this after the call. */
const RETRY_MS = 30_000
const FIRST_WAIT_MS = 500
const MAX_WAIT_MS = 20_000
/** Any administrator may read this list, so that only a user who may not chat is refused. */
const PROBE = '/api/admin/chat/invitations'

export interface RestDeps {
  /** What stands before `/api`. */
  readonly base: string
  readonly tokens: Tokens
  readonly fetch: typeof fetch
  readonly clock: Clock
  readonly random: () => number
  /** The server does not accept the user, or `tokens` says that there is none. */
  onSignedOut(reason: string): void
}

export interface CallOptions {
  readonly query?: { readonly [name: string]: string | number | undefined }
  readonly body?: unknown
  /** False if the caller repeats the call itself. */
  readonly retry?: boolean
}

export interface Rest {
  /** Resolves with the `data` of the envelope; rejects with `RequestError`. Repeats what may succeed later, for 30 s. */
  call<T>(method: string, path: string, options?: CallOptions): Promise<T>
}

export function createRest({ base, tokens, fetch, clock, random, onSignedOut }: RestDeps): Rest {
  async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const until = clock.now() + RETRY_MS
    let maxWaitMs = FIRST_WAIT_MS
    let refused: string | undefined
    for (;;) {
      let token: string | undefined
      try {
        token = await tokenAfter(refused)
        return (await attempt(token, method, path, options)) as T
      } catch (error) {
        const { code, message, retryable, retryAfterMs } = error as RequestError
        if (token !== undefined && (code === 'unauthorized' || code === 'token_expired')) {
          if (refused !== undefined) throw signedOut(message)
          refused = token
          continue
        }
        if (code === 'forbidden') {
          // Other calls are also forbidden to participants who do not own the group.
          if (method === 'GET') throw signedOut(message, code)
          await call('GET', PROBE, { query: { limit: 1 }, retry: false }).catch(() => undefined)
        }
        const waitMs = retryAfterMs ?? random() * maxWaitMs
        if (options.retry === false || !retryable || clock.now() + waitMs > until) throw error
        maxWaitMs = Math.min(MAX_WAIT_MS, 2 * maxWaitMs)
        await new Promise<void>((resolve) => void clock.setTimeout(resolve, waitMs))
      }
    }
  }

  /** The current token. Asks for another one if it is the refused one, unless another call has already asked. */
  async function tokenAfter(refused: string | undefined): Promise<string> {
    try {
      const token = await tokens.current()
      return token === refused ? await tokens.refresh() : token
    } catch (error) {
      // Any other error of the application means that it has no token now.
      throw error instanceof SignedOut ? signedOut(error.message) : unreachable(error)
    }
  }

  function attempt(token: string, method: string, path: string, options: CallOptions): Promise<unknown> {
    const abort = new AbortController()
    return new Promise((resolve, reject) => {
      const timer = clock.setTimeout(() => {
        reject(new RequestError('timeout', 'no answer in time', { retryable: true }))
        abort.abort()
      }, ATTEMPT_TIMEOUT_MS)
      exchange(token, method, path, options, abort.signal)
        .then(resolve, reject)
        .finally(() => clock.clearTimeout(timer))
    })
  }

  async function exchange(
    token: string,
    method: string,
    path: string,
    { query = {}, body }: CallOptions,
    signal: AbortSignal,
  ): Promise<unknown> {
    const search = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, `${value}`)
    const init: RequestInit = { method, signal, headers: { authorization: `Bearer ${token}` } }
    if (body !== undefined) {
      init.headers = { ...init.headers, 'content-type': 'application/json' }
      init.body = JSON.stringify(body)
    }
    let status: number
    let text: string
    try {
      const response = await fetch(`${base}${path}${`?${search}`.replace(/^\?$/, '')}`, init)
      status = response.status
      text = await response.text()
    } catch (error) {
      throw unreachable(error)
    }
    return dataOf(status, text)
  }

  function signedOut(reason: string, code: ErrorCode = 'unauthorized'): RequestError {
    onSignedOut(reason)
    return new RequestError(code, reason)
  }

  return { call }
}

const unreachable = (error: unknown) =>
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
  const isOurs = envelope.success === false && typeof envelope.code === 'string'
  const code: FailureCode = (isOurs && envelope.code) || 'platform'
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
