import { fileURLToPath } from 'node:url'
import * as z from 'zod/mini'
import type { User } from '../lambdas/model.ts'
import { ChatError } from '../protocol/errors.ts'
import { parseFields, userId, userText } from '../protocol/fields.ts'
import { isObject } from '../protocol/json.ts'
import { readJsonFile } from './json-file.ts'
import { StartError } from './start-error.ts'

/** Three admins to try the chat with, and one user who is not an admin. */
export const demoUsersFile = fileURLToPath(new URL('./demo-users.json', import.meta.url))

const userRow = z.object({
  id: userId,
  firstname: userText,
  lastname: userText,
  email: userText,
  role: userText.check(z.minLength(1, 'must not be empty')),
})

export interface UsersFile {
  /** The users whose rows are valid. */
  readonly users: readonly User[]
  /** One sentence for each row that is left out, which names the row and the reason. */
  readonly leftOut: readonly string[]
}

/**
 * Reads a JSON array of users. An invalid row is left out and does not affect the others. Throws a StartError if the
 * file cannot be read, is not an array, or has rows but no valid one.
 */
export function readUsersFile(file: string): UsersFile {
  const rows = readJsonFile(file)
  if (!Array.isArray(rows)) throw new StartError(`${file} is not a list of users.`)
  const users = new Map<string, User>()
  const leftOut: string[] = []
  for (const [index, row] of rows.entries()) {
    try {
      const user = readRow(row)
      if (users.has(user.id)) throw new ChatError('bad_request', 'id: is listed twice')
      users.set(user.id, user)
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
      leftOut.push(`${file}: ${nameOf(row, index)} is left out: ${error.message.replace(':', '')}.`)
    }
  }
  if (users.size === 0 && leftOut.length > 0) throw new StartError(leftOut.join('\n'))
  return { users: [...users.values()], leftOut }
}

function readRow(row: unknown): User {
  if (!isObject(row)) throw new ChatError('bad_request', 'it must be an object')
  return parseFields(userRow, row)
}

/** The position of a row and, if it has one, the beginning of its id. */
function nameOf(row: unknown, index: number): string {
  const id = isObject(row) ? row['id'] : undefined
  return typeof id === 'string'
    ? `user ${index + 1} (${JSON.stringify(id.slice(0, 80))})`
    : `user ${index + 1}`
}
