import type { Deps } from '../deps.ts'
import { openCursor, signCursor } from './page-cursor.ts'

/** Where something stands in a list of conversations. */
export interface Place {
  /** ISO 8601. */
  readonly at: string
  readonly id: string
  /** The hour in which this page was read: what the list took for active from then on, the next page looks at too. */
  readonly readIn?: number
  /** Conversations that the list took for more recent than this place, for an earlier hour, and that come after it. */
  readonly late?: readonly string[]
}

/** By last activity, then by id, so that a page has one beginning. */
export const newestFirst = (a: Place, b: Place) => {
  if (a.at !== b.at) return a.at > b.at ? -1 : 1
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1
}

const scopeOf = (user: string) => ({ list: 'conversations', user })

/** The cursor with which a user's list goes on after a place. */
export async function formatPlace(
  { secrets }: Pick<Deps, 'secrets'>,
  user: string,
  place: Place,
): Promise<string> {
  const { at, id, readIn = 0, late = [] } = place
  return await signCursor(secrets, scopeOf(user), [at, id, readIn, ...late].join(' '))
}

/** The place that a cursor of the user's own list names. */
export async function parsePlace(
  { secrets }: Pick<Deps, 'secrets'>,
  user: string,
  cursor: string,
): Promise<Place> {
  const [at = '', id = '', readIn, ...late] = (await openCursor(secrets, scopeOf(user), cursor)).split(' ')
  return { at, id, readIn: Number(readIn), late }
}
