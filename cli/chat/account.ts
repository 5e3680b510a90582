import { type Target, TargetError } from '../target.ts'
import type { Timing } from './timing.ts'

const TOKEN_HOURS = 12

/** Where the client gets its tokens from. */
export interface Account {
  /** True if an expiring token can be replaced with a new one. */
  readonly renewable: boolean
  /** Resolves with a token to authenticate with, a new one if the account is renewable. */
  renew(): Promise<string>
  /** Resolves with the latest token. */
  token(): Promise<string>
}

/** The chat to sign in to, and the account to sign in with. */
export interface SignIn extends Pick<Target, 'socketUrl' | 'restUrl'> {
  readonly account: Account
}

export interface ClientOptions extends SignIn {
  readonly timing: Timing
}

/** An account with one given token, which cannot be renewed. */
export function accountWithToken(token: string): Account {
  const give = async () => token
  return { renewable: false, renew: give, token: give }
}

/**
 * An account that signs tokens for a user with the chat's own secret, as `npm run token` does. Throws a `TargetError` if
 * the user does not exist or is not an admin.
 *
 * @param open opens the target again: on a laptop, each start has new AWS endpoints and credentials
 */
export async function accountOfUser(
  target: Target,
  id: string,
  open: () => Promise<Target>,
): Promise<Account> {
  const user = await target.users.find(id)
  if (!user) throw new TargetError(`There is no user ${id}.`)
  if (user.role !== 'admin') throw new TargetError(`${id} is not an admin; only admins can chat.`)
  let latest: string | undefined
  const sign = async () => {
    try {
      return await target.token(id, TOKEN_HOURS)
    } catch {
      target = await open()
      return await target.token(id, TOKEN_HOURS)
    }
  }
  const renew = async () => {
    latest = await sign()
    return latest
  }
  return { renewable: true, renew, token: async () => latest ?? (await renew()) }
}
