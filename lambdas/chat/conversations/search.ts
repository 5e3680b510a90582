import type { SearchQuery } from '../../../protocol/endpoints/people.ts'
import { ChatError } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Person } from '../../../protocol/model.ts'
import { fold, isSearchable } from '../../fold.ts'
import type { Deps } from '../deps.ts'

/** Administrators other than the caller with a name or an e-mail that begins with the search text. */
export async function searchAdmins(
  { users }: Pick<Deps, 'users'>,
  user: string,
  { q, limit }: SearchQuery,
): Promise<readonly Person[]> {
  const prefix = fold(q)
  if (!isSearchable(prefix)) {
    throw new ChatError(
      'bad_request',
      `q: must be at least ${limits.searchMin} characters besides accents, white space, apostrophes and hyphens`,
    )
  }
  return await users.searchAdmins(prefix, user, limit)
}
