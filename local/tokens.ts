import jwt from 'jsonwebtoken'

/** A token for trying things out; the run time takes one for 25 hours at most. */
export function signToken(secret: string, userId: string, hours: number): string {
  const iat = Math.floor(Date.now() / 1000)
  return jwt.sign({ user_id: userId, iat, exp: iat + Math.round(hours * 3600) }, secret, {
    algorithm: 'HS256',
  })
}
