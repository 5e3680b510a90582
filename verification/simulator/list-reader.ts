import { listConversations } from '../../lambdas/chat/conversations/list.ts'
import { Random } from '../model/random.ts'
import type { Row } from '../model/rows.ts'
import { type Database, tableNames } from './backend.ts'
import type { Functions } from './functions.ts'
import { readLists } from './read-groups.ts'
import { queryOn } from './read-rows.ts'
import type { Scheduler } from './scheduler.ts'

/** Users whose lists are read while others write, and how often. */
const READERS = ['ada', 'bob']
const READS = 8

/**
 * Reads lists at random times. The pages have one conversation each, because notes are stored only if a list has
 * several pages.
 */
export function readListsAtTimes(
  scheduler: Scheduler,
  functions: Functions,
  database: Database,
  { seed, lengthMs }: { readonly seed: number; readonly lengthMs: number },
): void {
  const random = new Random(seed + 2_000_003)
  for (let n = 0; n < READS; n++) {
    const user = random.pick(READERS)
    scheduler.after(random.below(lengthMs), `list of ${user}`, async () => {
      const before = await readActivities(database, user)
      scheduler.background(checkFirst(scheduler, functions, database, user, before))
    })
  }
}

/** Checks both lists, page by page, after the last write. */
export async function checkServedLists(
  scheduler: Scheduler,
  functions: Functions,
  database: Database,
): Promise<void> {
  for (const user of READERS) {
    const expected = await readActivities(database, user)
    let isRead = false
    const read = async () => {
      // The first walk notes which conversations have become quiet, and the second walk relies on the notes.
      for (let walk = 0; walk < 2; walk++) check(scheduler, user, await walkList(functions, user), expected)
      isRead = true
    }
    scheduler.background(read())
    await scheduler.run(scheduler.now + 60_000, () => isRead)
  }
}

/**
 * Checks that the first conversation in the list is at least as recent as each that was stored before the read began.
 */
async function checkFirst(
  scheduler: Scheduler,
  functions: Functions,
  database: Database,
  user: string,
  before: ReadonlyMap<string, string>,
): Promise<void> {
  const outcome = await functions.operate((deps) =>
    listConversations(deps, user, { limit: 1, cursor: undefined }),
  )
  if (outcome.how !== 'returned') return
  const shown = outcome.value.conversations[0]?.updated_at ?? ''
  const after = await readActivities(database, user)
  for (const [id, at] of before) {
    if (at > shown && after.has(id)) violate(scheduler, user, `shows ${shown} first, ${id} had ${at}`)
  }
}

async function walkList(functions: Functions, user: string): Promise<readonly string[]> {
  const times: string[] = []
  let cursor: string | undefined
  do {
    const outcome = await functions.operate((deps) => listConversations(deps, user, { limit: 1, cursor }))
    if (outcome.how !== 'returned') throw new Error(`the list of ${user} could not be read`)
    times.push(...outcome.value.conversations.map(({ updated_at }) => updated_at))
    cursor = outcome.value.cursor
  } while (cursor !== undefined)
  return times
}

function check(
  scheduler: Scheduler,
  user: string,
  times: readonly string[],
  activities: ReadonlyMap<string, string>,
): void {
  const expected = [...activities.values()].sort().toReversed().join()
  if (times.join() !== expected) violate(scheduler, user, `is ${times.join()} instead of ${expected}`)
}

function violate({ history }: Scheduler, user: string, text: string): void {
  history.violate('stale list', `the list of ${user} ${text}`, [user])
}

/** Reads when each of a user's conversations was last active, without the product's code. */
async function readActivities(database: Database, user: string): Promise<ReadonlyMap<string, string>> {
  const query = queryOn(database)
  const activities = new Map<string, string>()
  for (const id of (await readLists(database, [user])).get(user) ?? []) {
    const [meta] = await query(tableNames.conversations, `CONV#${id}`, 'META')
    const last: Row | undefined = (await query(tableNames.conversations, `CONV#${id}`, 'LOG#')).at(-1)
    activities.set(id, String((last ?? meta)?.['created_at']))
  }
  return activities
}
