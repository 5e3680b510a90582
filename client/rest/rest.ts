import type { Tokens } from '../core.ts'
import { RequestError, SignedOut } from '../errors.ts'
import type { ErrorCode } from '../wire.ts'
import { type AttemptDeps, type Call, createAttempt, unreachable } from './attempt.ts'

/** No attempt begins later than this after the call. */
const RETRY_MS = 30_000
const FIRST_WAIT_MS = 500
const MAX_WAIT_MS = 20_000
/** Any administrator may read this list, so that only a user who may not chat is refused. */
const PROBE = '/api/admin/chat/invitations'

export interface RestDeps extends AttemptDeps {
  readonly tokens: Tokens
  readonly random: () => number
  /** The server does not accept the user, or `tokens` says that there is none. */
  onSignedOut(reason: string): void
}

export interface CallOptions extends Pick<Call, 'query' | 'body'> {
  /** False if the caller repeats the call itself. */
  readonly retry?: boolean
}

export interface Rest {
  /** Resolves with the `data` of the envelope; rejects with `RequestError`. Repeats what may succeed later, for 30 s. */
  call<T>(method: string, path: string, options?: CallOptions): Promise<T>
}

/** Calls over REST, with the user's token. */
export function createRest({ tokens, random, onSignedOut, ...deps }: RestDeps): Rest {
  const { clock } = deps
  const attempt = createAttempt(deps)

  async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const { query, body, retry = true } = options
    const until = clock.now() + RETRY_MS
    let maxWaitMs = FIRST_WAIT_MS
    let refused: string | undefined
    for (;;) {
      let token: string | undefined
      try {
        token = await tokenAfter(refused)
        return (await attempt(token, { method, path, query, body })) as T
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
        const waitMs = retryAfterMs || random() * maxWaitMs
        if (!retry || !retryable || clock.now() + waitMs > until) throw error
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

  function signedOut(reason: string, code: ErrorCode = 'unauthorized'): RequestError {
    onSignedOut(reason)
    return new RequestError(code, reason)
  }

  return { call }
}
