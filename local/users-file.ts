import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { User } from '../lambdas/model.ts'
import { fieldError } from '../protocol/field-errors.ts'
import { userId } from '../protocol/fields.ts'
import { readJsonFile } from './json-file.ts'
import { StartError } from './start-error.ts'

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

/** Reads a JSON array of users; throws a StartError that names the file and everything that is wrong with it. */
export function readUsersFile(file: string): readonly User[] {
  const parsed = users.safeParse(readJsonFile(file), { error: fieldError })
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path: [index, field], message }) => {
      const user = index === undefined ? 'it' : `user ${Number(index) + 1}`
      return `${field === undefined ? user : `${user}, ${String(field)},`} ${message}`
    })
    throw new StartError(`${file} is not a list of users: ${problems.join('; ')}.`)
  }
  const ids = parsed.data.map(({ id }) => id)
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index)
  if (duplicate !== undefined) throw new StartError(`${file} lists the user ${duplicate} twice.`)
  return parsed.data
}
