import type { SocketDeps } from '../deps.ts'
import { openCursor, signCursor } from './page-cursor.ts'

/** A position in a list of conversations. */
export interface ListPosition {
  /** ISO 8601. */
  readonly at: string
  readonly id: string
  /** The hour in which the page was read. The next page also reads conversations listed as active from then on. */
  readonly readIn?: number
  /**
   * Conversations that sort after this position although their listed hour, which may be too late, is newer.
   */
  readonly late?: readonly string[]
}

/** By last activity, then by id, so that the order is total. */
export const newestFirst = (a: ListPosition, b: ListPosition) => {
  if (a.at !== b.at) return a.at > b.at ? -1 : 1
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1
}

const scopeOf = (user: string) => ({ list: 'conversations', user })

/** The cursor with which a user's list continues after a position. */
export async function formatPosition(
  { secrets }: SocketDeps,
  user: string,
  position: ListPosition,
): Promise<string> {
  const { at, id, readIn = 0, late = [] } = position
  return await signCursor(secrets, scopeOf(user), [at, id, readIn, ...late].join(' '))
}

/** The position in a cursor of the user's own list. Throws `bad_request` for any other cursor. */
export async function parsePosition(
  { secrets }: SocketDeps,
  user: string,
  cursor: string,
): Promise<ListPosition> {
  const [at = '', id = '', readIn, ...late] = (await openCursor(secrets, scopeOf(user), cursor)).split(' ')
  return { at, id, readIn: Number(readIn), late }
}
