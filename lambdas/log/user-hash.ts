import { createHash } from 'node:crypto'

/**
 * The form in which the log names a user: 12 hexadecimal digits. Ids can be e-mail addresses, so they never appear in
 * the log.
 *
 * @param salt the stack's output `LogSalt`, so that the same id has different hashes in different stacks
 */
export const userHash = (salt: string, userId: string): string =>
  createHash('sha256').update(`${salt}\n${userId}`).digest('hex').slice(0, 12)
