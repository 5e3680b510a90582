import { ChatError } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Person } from '../../../protocol/model.ts'
import type { SearchQuery } from '../../../protocol/endpoints/people.ts'
import { codePoints } from '../../../protocol/text.ts'
import { fold } from '../../stores/fold.ts'
import type { Deps } from '../deps.ts'

/** Other administrators of whom a name or the e-mail begins with what is asked for. */
export async function searchAdmins(
  { users }: Pick<Deps, 'users'>,
  user: string,
  { q, limit }: SearchQuery,
): Promise<readonly Person[]> {
  const prefix = fold(q)
  if (codePoints(prefix) < limits.searchMin) {
    throw new ChatError('bad_request', `q: must be at least ${limits.searchMin} characters without accents`)
  }
  return await users.searchAdmins(prefix, user, limit)
}
