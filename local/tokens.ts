import jwt from 'jsonwebtoken'

/** Signs a token for a user. The chat accepts a lifetime of at most 25 hours. */
export function signToken(secret: string, userId: string, hours: number): string {
  const iat = Math.floor(Date.now() / 1000)
  return jwt.sign({ user_id: userId, iat, exp: iat + Math.round(hours * 3600) }, secret, {
    algorithm: 'HS256',
  })
}
