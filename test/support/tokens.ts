import jwt from 'jsonwebtoken'
import { testSecret } from './constants.ts'

/** The current time in epoch seconds. */
export const seconds = () => Math.floor(Date.now() / 1000)

/** A token that is valid for an hour, unless a test sets other claims, another secret or another header. */
export const tokenFor = (user: string, claims: object = {}, secret = testSecret, header: object = {}) =>
  jwt.sign({ user_id: user, iat: seconds(), exp: seconds() + 3600, ...claims }, secret, {
    algorithm: 'HS256',
    header: { alg: 'HS256', ...header },
  })
