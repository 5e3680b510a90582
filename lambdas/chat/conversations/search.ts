import type { SearchQuery } from '../../../protocol/endpoints/people.ts'
import { ChatError } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Person } from '../../../protocol/model.ts'
import { foldWords, isSearchable, joinWords } from '../../fold.ts'
import { dismissOnSight } from '../connections/dismiss-user.ts'
import type { Deps } from '../deps.ts'

/**
 * Administrators other than the caller who are found by the search text (SEARCH-1). The search rows are copies. If a
 * role was changed in the table itself, only the profile shows it, so the profiles are read too.
 */
export async function searchAdmins(
  deps: Pick<Deps, 'users' | 'tasks' | 'memory' | 'report' | 'now'>,
  user: string,
  { q, limit }: SearchQuery,
): Promise<readonly Person[]> {
  const words = foldWords(q)
  if (!isSearchable(joinWords(words))) {
    throw new ChatError(
      'bad_request',
      `q: must be at least ${limits.searchMin} characters besides accents, white space, apostrophes and hyphens`,
    )
  }
  const found = await deps.users.searchAdmins(words, user, limit)
  const readAt = deps.now()
  const profiles = await deps.users.findAll(found.map(({ id }) => id))
  const isAdmin = ({ id }: Person) => profiles.get(id)?.role === 'admin'
  const others = found.filter((person) => !isAdmin(person))
  await dismissOnSight(
    deps,
    others.map(({ id }) => id),
    readAt,
  )
  return found.filter(isAdmin)
}
