import { inTime } from '../backoff.ts'
import type { Tokens } from '../core.ts'
import { SignedOut } from '../errors.ts'
import { source } from '../readable.ts'
import type { Clock } from '../types.ts'

/** A token is reused for at least this long. Otherwise, with a wrong clock, each request would ask for a new one. */
const MIN_USE_MS = 10_000
/** A token is replaced this long before its `exp`, or a fifth of its lifetime before it, whichever is later. */
const RENEW_BEFORE_MS = 60_000

/** When a token that was issued now and expires then should be replaced. */
export const renewAt = (now: number, expiresAt: number): number =>
  expiresAt - Math.min(RENEW_BEFORE_MS, Math.max(0, expiresAt - now) / 5)

/** The user's token. Concurrent calls ask the application once. */
export function createTokens(token: () => string | Promise<string>, clock: Clock): Tokens {
  const user = source<string | undefined>(undefined)
  let text = ''
  let useUntil = 0
  let asking: Promise<string> | undefined
  let isForgotten = false

  async function ask(): Promise<string> {
    const next = isForgotten ? '' : await inTime(clock, token())
    if (isForgotten) throw new SignedOut('signed out')
    const { user_id, exp } = claimsOf(next)
    // Another user's token must not give access to what is kept for this user.
    if (user_id !== (user() ?? user_id)) throw new SignedOut('the token belongs to another user')
    user.set(user_id)
    text = next
    useUntil = Math.max(clock.now() + MIN_USE_MS, exp ? renewAt(clock.now(), exp * 1000) : 0)
    return text
  }
  const refresh = () => {
    asking ??= ask()
      .catch((error) => {
        // Applications also reject with strings, or with nothing.
        throw error instanceof Error ? error : new Error(error)
      })
      .finally(() => {
        asking = undefined
      })
    return asking
  }
  return {
    user,
    refresh,
    current: async () => (clock.now() < useUntil ? text : refresh()),
    forget() {
      isForgotten = true
      text = ''
      useUntil = 0
    },
  }
}

/** The claims of a token. They are not verified here, because only the server decides whether a token is valid. */
function claimsOf(token: string): { readonly user_id?: string; readonly exp?: number } {
  try {
    return JSON.parse(atob((token.split('.')[1] as string).replaceAll('-', '+').replaceAll('_', '/'))) ?? {}
  } catch {
    return {}
  }
}
