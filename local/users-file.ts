import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { User } from '../lambdas/model.ts'
import { fieldError } from '../protocol/field-errors.ts'
import { userId } from '../protocol/fields.ts'

/** Three admins to try the chat with, and one user who is not an admin. */
export const demoUsersFile = fileURLToPath(new URL('./demo-users.json', import.meta.url))

const users = z.array(
  z.object({
    id: z.string().refine((id) => userId.safeParse(id).success, 'must be 1 to 254 of A-Z a-z 0-9 _ - @ . +'),
    firstname: z.string(),
    lastname: z.string(),
    email: z.string(),
    role: z.string().min(1),
  }),
)

/** The message names the file and everything that is wrong with it. */
export class UsersFileError extends Error {
  override readonly name = 'UsersFileError'
}

/** Reads a JSON array of users; throws a UsersFileError if it is not valid. */
export function readUsersFile(file: string): readonly User[] {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const problem = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'
    throw new UsersFileError(`${file} ${problem}: ${error instanceof Error ? error.message : error}`)
  }
  const parsed = users.safeParse(content, { error: fieldError })
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path: [index, field], message }) =>
        `${index === undefined ? 'it' : `user ${Number(index) + 1}`}${field === undefined ? '' : `, ${String(field)},`} ${message}`,
    )
    throw new UsersFileError(`${file} is not a list of users: ${problems.join('; ')}`)
  }
  const ids = parsed.data.map(({ id }) => id)
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index)
  if (duplicate !== undefined) throw new UsersFileError(`${file} lists the user ${duplicate} twice`)
  return parsed.data
}
