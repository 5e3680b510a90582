import jwt from 'jsonwebtoken'
import { testSecret } from './constants.ts'

/** Epoch seconds. */
export const seconds = () => Math.floor(Date.now() / 1000)

/** A valid token, or one spoilt by what a test sets. */
export const tokenFor = (user: string, claims: object = {}, secret = testSecret, header: object = {}) =>
  jwt.sign({ user_id: user, iat: seconds(), exp: seconds() + 3600, ...claims }, secret, {
    algorithm: 'HS256',
    header: { alg: 'HS256', ...header },
  })
