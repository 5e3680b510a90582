import { randomInt } from 'node:crypto'
import type { User } from '../../lambdas/model.ts'

/** Twelve letters that no other test uses. */
export const word = () => Array.from({ length: 12 }, () => String.fromCharCode(97 + randomInt(26))).join('')

/** An administrator of whom nothing is like anybody else's but what a test sets. */
export const aUser = (rest: Partial<User> = {}): User => ({
  id: `${word()}@example.org`,
  firstname: word(),
  lastname: word(),
  email: `${word()}@example.org`,
  role: 'admin',
  ...rest,
})
