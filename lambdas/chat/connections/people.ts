import type { Person } from '../../../protocol/model.ts'
import { allDone } from '../../async.ts'
import type { PeopleDeps } from '../deps.ts'
import { toPerson } from '../entries/person.ts'
import { presenceOf } from './presence.ts'

/** Users as the participants of a shared conversation see them: with presence, if that is switched on. */
export async function peopleOf(
  deps: PeopleDeps,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, Person>> {
  const distinct = [...new Set(ids)]
  const [users, presence] = await allDone([deps.users.findAll(distinct), presenceOf(deps, distinct)])
  return new Map(distinct.map((id) => [id, { ...toPerson(id, users.get(id)), ...presence.get(id) }]))
}

/** A user as seen by users without a shared conversation: without presence. */
export function withoutPresence({ is_online: _, last_seen: __, ...person }: Person): Person {
  return person
}
