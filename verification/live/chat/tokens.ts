import { createSecretKey } from 'node:crypto'
import jwt from 'jsonwebtoken'

/**
 * Returns a function that signs tokens. It uses a key object, because jsonwebtoken tries to parse a string as a private
 * key first.
 */
export function tokensFor(secret: string): (user: string) => string {
  const key = createSecretKey(Buffer.from(secret))
  return (user) => jwt.sign({ user_id: user }, key, { algorithm: 'HS256', expiresIn: '12h' })
}
