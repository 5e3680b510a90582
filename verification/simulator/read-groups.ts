import type { StoredGroup } from '../model/groups.ts'
import type { Ledger } from '../model/ledger.ts'
import type { Row } from '../model/rows.ts'
import { type Database, tableNames } from './backend.ts'
import { queryOn } from './read-rows.ts'
import type { plan } from './workload.ts'

type Scenario = Pick<ReturnType<typeof plan>, 'groups' | 'users'>

/** Reads what is stored about the groups of a run, besides their logs. */
export async function readGroups(
  database: Database,
  { groups, users }: Scenario,
): Promise<ReadonlyMap<string, StoredGroup>> {
  const lists = await readLists(database, users)
  const found = new Map<string, StoredGroup>()
  for (const id of groups.keys()) {
    const participants = await queryOn(database)(tableNames.conversations, `CONV#${id}`, 'PART#')
    const listed = users.filter((user) => lists.get(user)?.includes(id))
    found.set(id, {
      owner: await readOwner(database, id, 'owner'),
      participants: new Set(participants.map(({ user }) => String(user))),
      listed: new Set(listed),
    })
  }
  return found
}

/** Reads the ids of the groups that each user has created during a run. */
export async function readCreated(
  database: Database,
  { groups, users }: Scenario,
  { created, conversations }: Ledger,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const lists = await readLists(database, users)
  const returned = [...created.values()].flatMap((ids) => [...ids])
  const all = new Set([...[...lists.values()].flat(), ...returned])
  const found = new Map<string, readonly string[]>()
  for (const id of all) {
    if (groups.has(id) || conversations.has(id)) continue
    const creator = await readOwner(database, id, 'creator')
    if (creator !== '') found.set(creator, [...(found.get(creator) ?? []), id])
  }
  return found
}

/** Reads the ids of each user's conversations. */
export async function readLists(
  database: Database,
  users: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const lists = new Map<string, readonly string[]>()
  for (const user of users) {
    const rows = await queryOn(database)(tableNames.conversations, `USER#${user}`, 'CONV#')
    lists.set(
      user,
      rows.map(({ id }) => String(id)),
    )
  }
  return lists
}

/** The owner or the creator of a group; empty for a conversation of two. */
async function readOwner(database: Database, id: string, which: 'owner' | 'creator'): Promise<string> {
  const [meta] = await queryOn(database)(tableNames.conversations, `CONV#${id}`, 'META')
  const creator = (meta?.['group'] as Row | undefined)?.['creator']
  return String((which === 'owner' ? meta?.['owner'] : undefined) ?? creator ?? '')
}
