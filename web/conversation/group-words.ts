import type { Person, Presence } from '../../client/index.ts'
import type { Texts } from '../text/texts.ts'

/** How many take part in a group and, if others are online, how many are online, including the user. */
export function groupWords(
  participants: readonly Person[],
  presence: ReadonlyMap<string, Presence>,
  texts: Texts,
): string {
  const count = texts.participants(participants.length)
  // The presence of the user is not in the map.
  const online = participants.filter(({ id }) => presence.get(id)?.is_online).length
  return online ? `${count}, ${online + 1} ${texts.isOnline}` : count
}
