import jwt from 'jsonwebtoken'
import type { TokenClaims } from '../protocol/token-claims.ts'

/** Signs a token for a user. The chat accepts a lifetime of at most 25 hours. */
export function signToken(
  secret: string,
  userId: string,
  hours: number,
  { audience, issuer }: TokenClaims = {},
): string {
  const iat = Math.floor(Date.now() / 1000)
  const claims = {
    user_id: userId,
    iat,
    exp: iat + Math.round(hours * 3600),
    ...(audience === undefined ? {} : { aud: audience }),
    ...(issuer === undefined ? {} : { iss: issuer }),
  }
  return jwt.sign(claims, secret, { algorithm: 'HS256' })
}
