import { randomInt } from 'node:crypto'
import type { User } from '../../lambdas/model.ts'

/** Twelve random letters, so that tests do not find each other's users by accident. */
export const word = () => Array.from({ length: 12 }, () => String.fromCharCode(97 + randomInt(26))).join('')

/** An administrator with random names, unless a test sets them. */
export const aUser = (rest: Partial<User> = {}): User => ({
  id: `${word()}@example.org`,
  firstname: word(),
  lastname: word(),
  email: `${word()}@example.org`,
  role: 'admin',
  ...rest,
})
