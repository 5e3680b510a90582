import { signToken } from '../../local/tokens.ts'
import { type Target, TargetError } from '../target.ts'

const TOKEN_HOURS = 12

/** Who signs in. */
export interface Account {
  /** Whether a token that ends can be followed by another one. */
  readonly renewable: boolean
  /** A token to authenticate with now, a new one where it can be made. */
  renew(): Promise<string>
  /** The latest token. */
  token(): Promise<string>
}

/** Signs in with a token that somebody else made. */
export function heldToken(token: string): Account {
  const give = async () => token
  return { renewable: false, renew: give, token: give }
}

/**
 * Makes tokens of a user with the secret of the chat, as `npm run token` does.
 *
 * @param open finds the chat again: a laptop's AWS is another one after each start
 */
export async function madeTokens(
  first: Target,
  userId: string,
  open: () => Promise<Target>,
): Promise<Account> {
  const user = await first.users.find(userId)
  if (!user) throw new TargetError(`There is no user ${userId}.`)
  if (user.role !== 'admin') throw new TargetError(`${userId} is no admin, and only admins may chat.`)
  let target = first
  let latest: string | undefined
  const secret = async () => {
    try {
      return await target.secret()
    } catch {
      target = await open()
      return await target.secret()
    }
  }
  const renew = async () => {
    latest = signToken(await secret(), userId, TOKEN_HOURS)
    return latest
  }
  return { renewable: true, renew, token: async () => latest ?? (await renew()) }
}
