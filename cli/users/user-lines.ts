import type { User } from '../../lambdas/model.ts'
import { columns } from '../columns.ts'

/** One line for each user, in columns, safe to print on a terminal. */
export const userLines = (users: readonly User[]): readonly string[] =>
  columns(
    users.map(({ id, role, firstname, lastname, email }) => [id, role, `${firstname} ${lastname}`, email]),
  )
