import type { Person } from '../../../protocol/model.ts'
import { allDone } from '../../async.ts'
import type { PeopleDeps } from '../deps.ts'
import { toPerson } from '../entries/person.ts'
import { dismissOnSight } from './dismiss-user.ts'
import { presenceOf } from './presence.ts'

/**
 * Users as the participants of a shared conversation see them: with presence, if that is switched on.
 *
 * @param current users who participate or are invited; those who are no longer administrators are dismissed
 * @param former users who are shown but no longer participate
 */
export async function peopleOf(
  deps: PeopleDeps,
  current: Iterable<string>,
  former: Iterable<string> = [],
): Promise<ReadonlyMap<string, Person>> {
  const readAt = deps.now()
  const counted = new Set(current)
  const distinct = [...new Set([...counted, ...former])]
  const [users, presence] = await allDone([deps.users.findAll(distinct), presenceOf(deps, distinct)])
  const noAdmins = [...counted].filter((id) => users.get(id)?.role !== 'admin')
  await dismissOnSight(deps, noAdmins, readAt)
  return new Map(distinct.map((id) => [id, { ...toPerson(id, users.get(id)), ...presence.get(id) }]))
}

/** A user as seen by users without a shared conversation: without presence. */
export function withoutPresence({ is_online: _, last_seen: __, ...person }: Person): Person {
  return person
}
