import type { Deps } from '../deps.ts'
import { openCursor, signCursor } from './page-cursor.ts'

/** A position in a list of conversations. */
export interface ListPosition {
  /** ISO 8601. */
  readonly at: string
  readonly id: string
}

/** Orders positions by last activity, then by id, so that the order is total. */
export const newestFirst = (a: ListPosition, b: ListPosition) => {
  if (a.at !== b.at) return a.at > b.at ? -1 : 1
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1
}

const scopeOf = (user: string) => ({ list: 'conversations', user })

/** The cursor with which a user's list continues after a position. */
export async function formatPosition(
  { secrets }: Pick<Deps, 'secrets'>,
  user: string,
  { at, id }: ListPosition,
): Promise<string> {
  return await signCursor(secrets, scopeOf(user), `${at} ${id}`)
}

/**
 * The position in a cursor of the user's own list. Throws `bad_request` for any other cursor. Cursors of an older
 * version contain more words, which are ignored.
 */
export async function parsePosition(
  { secrets }: Pick<Deps, 'secrets'>,
  user: string,
  cursor: string,
): Promise<ListPosition> {
  const [at = '', id = ''] = (await openCursor(secrets, scopeOf(user), cursor)).split(' ')
  return { at, id }
}
