import type { Presence } from '../types.ts'
import type { Conversation, Person, ServerFrameOf } from '../wire.ts'

/** Pushes about the participants of a group. */
export type Change = ServerFrameOf<'participant_joined' | 'participant_left' | 'owner_changed'>

/** The participants and the owner after a change. */
export function changeParticipants(conversation: Conversation, { type, participant }: Change): Conversation {
  if (type === 'owner_changed') return conversation
  const others = conversation.participants.filter(({ id }) => id !== participant.id)
  // In the order in which the server lists them after a change.
  const joined = [...others, participant].sort((a, b) => (a.id < b.id ? -1 : 1))
  return { ...conversation, participants: type === 'participant_left' ? others : joined }
}

/** The placeholder that stands for the other participant in a group shows the title or the others' names. */
export function withPlaceholder(conversation: Conversation, user: string | undefined): Conversation {
  const { title, participants, participant } = conversation
  const names = participants
    .filter(({ id }) => id !== user)
    .map(({ firstname, lastname }) => `${firstname} ${lastname}`.trim())
  const firstname = title ?? names.filter(Boolean).join(', ')
  return { ...conversation, participant: { ...participant, firstname } }
}

/** The same conversation if the user is not in it, or the presence is not newer. */
export function withPresence(
  conversation: Conversation,
  user: string,
  { is_online, last_seen }: Presence,
): Conversation {
  const change = (person: Person): Person => {
    if (person.id !== user || (person.last_seen ?? '') > (last_seen ?? '')) return person
    const isSame = person.is_online === is_online && person.last_seen === last_seen
    return isSame ? person : { ...person, is_online, last_seen }
  }
  const { participants, participant, status } = conversation
  const changed = participants.map(change)
  // An invitation is not a conversation yet, so presence stays private.
  if (status === 'pending' || changed.every((person, i) => person === participants[i])) return conversation
  return { ...conversation, participants: changed, participant: change(participant) }
}

/** What was known when the list was stored is not shown after a restart. */
export function withoutPresence(conversation: Conversation): Conversation {
  const strip = ({ is_online: _, last_seen: __, ...person }: Person): Person => person
  const { participants, participant } = conversation
  return { ...conversation, participants: participants.map(strip), participant: strip(participant) }
}
