import type { Person } from '../../client/index.ts'
import { nameOf } from '../app/names.ts'

/** The user first, then the owner, then the others by name. */
export function inOrder(
  people: readonly Person[],
  userId: string,
  ownerId: string | undefined,
  locale: string,
): readonly Person[] {
  const rank = ({ id }: Person) => (id === userId ? 0 : id === ownerId ? 1 : 2)
  return [...people].sort((a, b) => rank(a) - rank(b) || nameOf(a).localeCompare(nameOf(b), locale))
}
