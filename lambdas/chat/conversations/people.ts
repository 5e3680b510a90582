import type { Person } from '../../../protocol/model.ts'
import { presenceOf } from '../connections/presence.ts'
import type { SocketDeps } from '../deps.ts'
import { toPerson } from '../entries/person.ts'

export { toPerson }

/** Users as the participants of a shared conversation see them: with presence, if that is switched on. */
export async function peopleOf(
  deps: SocketDeps,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, Person>> {
  const distinct = [...new Set(ids)]
  const [users, presence] = await Promise.all([deps.users.findAll(distinct), presenceOf(deps, distinct)])
  return new Map(distinct.map((id) => [id, { ...toPerson(id, users.get(id)), ...presence.get(id) }]))
}
