import jwt from 'jsonwebtoken'

/** Signs a token for a user. The service accepts a lifetime of 25 hours at most. */
export function signToken(secret: string, userId: string, hours: number): string {
  const iat = Math.floor(Date.now() / 1000)
  return jwt.sign({ user_id: userId, iat, exp: iat + Math.round(hours * 3600) }, secret, {
    algorithm: 'HS256',
  })
}
