import { createSecretKey } from 'node:crypto'
import jwt from 'jsonwebtoken'

/** Signs tokens; the key is made once, because from a text every signature would try it as a private key first. */
export function tokensFor(secret: string): (user: string) => string {
  const key = createSecretKey(Buffer.from(secret))
  return (user) => jwt.sign({ user_id: user }, key, { algorithm: 'HS256', expiresIn: '12h' })
}
