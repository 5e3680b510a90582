import type { Conversation, Person } from '../../client/index.ts'
import type { Texts } from '../text/texts.ts'

/** Empty for a removed user, of whom only the id is left. */
export const nameOf = ({ firstname, lastname, email }: Person): string =>
  `${firstname} ${lastname}`.trim() || email

/** Isolates a name that is written from right to left, so that the words around it keep their order. */
export const isolated = (name = ''): string =>
  /[\u0590-\u08ff\ufb1d-\ufefc]/.test(name) ? `\u2068${name}\u2069` : name

/** For places with room for a first name only. */
export const shortNameOf = (person: Person): string => person.firstname || nameOf(person)

/** The title of a group, or its other participants; the other participant of a pair. */
export function titleOf(conversation: Conversation, userId: string, texts: Texts): string {
  const { is_group, title, participants, participant } = conversation
  if (!is_group) return nameOf(participant) || texts.unknownPerson
  const others = participants.filter(({ id }) => id !== userId).map(nameOf)
  return title || texts.format.list(others) || texts.group
}
