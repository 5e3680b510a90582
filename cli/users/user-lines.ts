import type { User } from '../../lambdas/model.ts'
import { printable } from '../../protocol/text.ts'

/** One line for each user, in columns, safe to print on a terminal. */
export function userLines(users: readonly User[]): readonly string[] {
  const rows = users.map(({ id, role, firstname, lastname, email }) =>
    [id, role, `${firstname} ${lastname}`, email].map(printable),
  )
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
