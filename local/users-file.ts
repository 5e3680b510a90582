import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { User } from '../lambdas/stores/users.ts'
import { fieldError } from '../protocol/field-errors.ts'
import { userId } from '../protocol/fields.ts'

/** Three admins to try things out with, and one who is none. */
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

export class UsersFileError extends Error {
  override readonly name = 'UsersFileError'
}

/** Reads a JSON array of users; the error's sentence names the file and every fault in it. */
export function readUsersFile(file: string): readonly User[] {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const why = error instanceof SyntaxError ? 'holds no JSON' : 'cannot be read'
    throw new UsersFileError(`${file} ${why}: ${error instanceof Error ? error.message : error}`)
  }
  const parsed = users.safeParse(content, { error: fieldError })
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path: [index, field], message }) =>
        `${index === undefined ? 'it' : `user ${Number(index) + 1}`}${field === undefined ? '' : `, ${String(field)},`} ${message}`,
    )
    throw new UsersFileError(`${file} is no list of users: ${faults.join('; ')}`)
  }
  const ids = parsed.data.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw new UsersFileError(`${file} holds the user ${twice} twice`)
  return parsed.data
}
