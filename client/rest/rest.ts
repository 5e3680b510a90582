import { backoffMs, inTime, pause } from '../backoff.ts'
import type { Tokens } from '../core.ts'
import { RequestError, SignedOut } from '../errors.ts'
import { errorFrom } from '../failures.ts'
import type { Clock } from '../types.ts'
import type { Envelope, Fields } from './bodies.ts'

/** No attempt begins later than this after the call. */
const RETRY_MS = 30_000

export interface RestDeps {
  /** The URL before `/api`. */
  readonly base: string
  readonly fetch: typeof fetch
  readonly clock: Clock
  readonly random: () => number
  readonly tokens: Tokens
  /** Called when the server does not accept the user, or when `tokens` says that there is no user. */
  onSignedOut(reason: string): unknown
}

export interface Rest {
  /** Resolves with the envelope's `data`; rejects with `RequestError`. For 30 s, repeats what may succeed later. */
  call(method: string, path: string, fields?: Fields): Promise<unknown>
}

/** Calls over REST, with the user's token. */
export function createRest({ base, fetch, clock, random, tokens, onSignedOut }: RestDeps): Rest {
  const root = `${base.replace(/\/$/, '')}/api/admin/chat/`

  async function attempt(
    token: string,
    method: string,
    path: string,
    fields: Fields,
    timeoutMs?: number,
  ): Promise<unknown> {
    const abort = new AbortController()
    const text = JSON.stringify(fields)
    const isGet = method === 'GET'
    async function run(): Promise<unknown> {
      const response = await fetch(root + path + (isGet ? `?${new URLSearchParams(JSON.parse(text))}` : ''), {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: isGet ? null : text,
        signal: abort.signal,
      })
      return dataOf(response.status, await response.json().catch(() => undefined))
    }
    // Some replacements of `fetch` ignore the signal.
    return await inTime(clock, run(), timeoutMs).finally(() => abort.abort())
  }

  async function call(method: string, path: string, options: Fields = {}): Promise<unknown> {
    // The outbox repeats its messages itself.
    const { retry = !('client_message_id' in options), timeoutMs, ...fields } = options
    const calledAt = clock.now()
    let refused: string | undefined
    for (let failures = 0; ; failures++) {
      let token: string | undefined
      try {
        token = await tokens.current()
        // Another call may have got a new token in the meantime.
        if (token === refused) token = await tokens.refresh()
        return await attempt(token, method, path, fields, timeoutMs)
      } catch (cause) {
        const error = failureOf(cause)
        const isRefused = error.code === 'unauthorized' || error.code === 'token_expired'
        if (isRefused && token && !refused) {
          refused = token
          continue
        }
        // A call that changes something can also be forbidden because the user does not own the group.
        if (isRefused || (error.code === 'forbidden' && method === 'GET')) onSignedOut(error.message)
        const waitMs = error.retryAfterMs || backoffMs(failures, random)
        // The clock may have been set back.
        const isLate = Math.abs(clock.now() + waitMs - calledAt) > RETRY_MS
        if (!retry || !error.retryable || isLate) throw error
        await pause(clock, waitMs)
      }
    }
  }
  return { call }
}

/** Why an attempt failed. An error of another class is from `fetch`, or means that the application has no token now. */
function failureOf(cause: unknown): RequestError {
  if (cause instanceof RequestError) return cause
  const isEnd = cause instanceof SignedOut
  return new RequestError(isEnd ? 'unauthorized' : 'network', (cause as Error).message, { retryable: !isEnd })
}

/** The data of an answer. Throws if the server refused the call, or if the answer is not the server's. */
function dataOf(status: number, answer: unknown): unknown {
  const { success, data, ...refusal }: Envelope = Object(answer)
  if (success) return data
  // A page with status 200 comes from a proxy, such as one that wants the user to sign in to a network.
  const retryable = status < 400 || status === 429 || status > 499
  throw errorFrom({ code: 'platform', message: `HTTP ${status}`, ...refusal, retryable })
}
