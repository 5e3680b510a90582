import type { KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { type ChatError, unauthorized } from '../../../protocol/errors.ts'
import { userId } from '../../../protocol/fields.ts'
import { isObject } from '../../../protocol/json.ts'
import { limits } from '../../../protocol/limits.ts'
import type { TokenClaims } from '../../../protocol/token-claims.ts'
import type { SecretSource } from '../../model.ts'

export interface Identity {
  readonly user: string
  /** `exp` in epoch milliseconds. */
  readonly expiresAt: number
  /** `iat` in epoch seconds; 0 if the token has none. */
  readonly issuedAt: number
}

/** Three base64url parts, the last of 256 bits. Anything else is refused without computing a signature. */
const SHAPE = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/

/**
 * The user of a token. Throws `unauthorized`, with the same message for every cause. Also checks what
 * jsonwebtoken does not: a missing or absurd `exp`, an `iat` in the future, `crit`, and that the payload is
 * an object.
 */
export async function verifyToken(
  secrets: SecretSource,
  token: string,
  now: number,
  claims: TokenClaims,
): Promise<Identity> {
  if (token.length > limits.tokenLength || !SHAPE.test(token)) throw refusedToken('malformed')
  const verified =
    verify(await secrets.current(), token, now) ?? verify(await secrets.current(true), token, now)
  if (verified === undefined) throw refusedToken('unknown key')
  if ('crit' in verified.header) throw refusedToken('crit')
  return identityOf(verified.payload, now / 1000, claims)
}

/** The error `unauthorized`. Only the log shows the reason and, if the signature is valid, the user. */
export const refusedToken = (reason: string, user?: string): ChatError =>
  unauthorized({ cause: { reason, ...(user === undefined ? {} : { user }) } })

/** Undefined if the token is signed with none of the keys. */
function verify(keys: readonly KeyObject[], token: string, now: number): jwt.Jwt | undefined {
  for (const key of keys) {
    try {
      return jwt.verify(token, key, {
        algorithms: ['HS256'],
        complete: true,
        clockTimestamp: Math.floor(now / 1000),
        clockTolerance: limits.clockToleranceSeconds,
      })
    } catch (error) {
      if (!isOfOtherKey(error)) throw refusedToken(reasonOf(error))
    }
  }
  return undefined
}

/** The reason for the log. It is not the error's message, which may quote the token. */
function reasonOf(error: unknown): string {
  if (error instanceof jwt.TokenExpiredError) return 'exp'
  return error instanceof jwt.NotBeforeError ? 'nbf' : 'malformed'
}

/**
 * Whether the token is signed with another key. The library has no class of its own for this error. It checks the
 * algorithm first, then the signature, and then everything else.
 */
const isOfOtherKey = (error: unknown) =>
  error instanceof jwt.JsonWebTokenError && error.message === 'invalid signature'

function identityOf(payload: unknown, nowSeconds: number, { audience, issuer }: TokenClaims): Identity {
  if (!isObject(payload)) throw refusedToken('no claims')
  const { user_id, exp, iat: issuedAt = 0, aud, iss } = payload
  const parsed = userId.safeParse(user_id)
  if (!parsed.success) throw refusedToken('user_id')
  const user = parsed.data
  const latest = nowSeconds + limits.clockToleranceSeconds
  if (typeof exp !== 'number' || exp > latest + limits.tokenLifetimeSeconds) throw refusedToken('exp', user)
  if (typeof issuedAt !== 'number' || issuedAt > latest) throw refusedToken('iat', user)
  if (audience !== undefined && ![aud].flat().includes(audience)) throw refusedToken('aud', user)
  if (issuer !== undefined && iss !== issuer) throw refusedToken('iss', user)
  return { user, expiresAt: Math.floor(exp * 1000), issuedAt: Math.floor(issuedAt) }
}
