import { type Target, TargetError } from '../target.ts'

const TOKEN_HOURS = 12

/** The source of the tokens for the chat. */
export interface Account {
  /** The user of the tokens; undefined if the given token does not say. */
  readonly user: string | undefined
  /** Resolves with a token to authenticate with. */
  token(): Promise<string>
  /** Uses this token from now on. Absent if the account creates its own tokens. */
  replace?(token: string): void
}

/** An account with one given token, which lasts until it expires. */
export function accountWithToken(given: string): Account {
  let current = given
  return {
    user: userOf(given),
    token: async () => current,
    replace(token) {
      current = token
    },
  }
}

/**
 * An account that signs tokens for a user with the chat's own secret, as `npm run token` does. Throws a `TargetError`
 * if the user does not exist or is not an admin.
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
  return {
    user: id,
    async token() {
      try {
        return await target.token(id, TOKEN_HOURS)
      } catch {
        target = await open()
        return await target.token(id, TOKEN_HOURS)
      }
    },
  }
}

/** The user in a token, unverified: it only chooses the folder of the user's messages. */
function userOf(token: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    const user = Object(claims).user_id as unknown
    return typeof user === 'string' ? user : undefined
  } catch {
    return undefined
  }
}
