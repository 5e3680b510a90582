import { useCallback, useMemo, useRef } from 'preact/hooks'
import type { Conversation, Entry, Person } from '../../client/index.ts'
import { useTexts } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import { useSenderName } from '../conversations/use-sender-name.ts'

export interface Names {
  /** Who takes part or, as far as the log tells, has taken part. */
  readonly people: ReadonlyMap<string, Person>
  /** The same function until the language changes. */
  nameOf(userId: string): string
}

/** The names of a conversation's people, from the list and from the log. */
export function useNames(conversation: Conversation | undefined, entries: readonly Entry[]): Names {
  const texts = useTexts()
  const participants = conversation?.participants
  const people = useMemo(() => peopleIn(participants ?? [], entries), [participants, entries])
  useSenderName(conversation, people.get(conversation?.last_message?.sender_id ?? ''))
  const latest = useRef(people)
  latest.current = people
  const name = useCallback(
    (userId: string) => {
      const person = latest.current.get(userId)
      return (person && nameOf(person)) || texts.unknownPerson
    },
    [texts],
  )
  return { people, nameOf: name }
}

function peopleIn(participants: readonly Person[], entries: readonly Entry[]): ReadonlyMap<string, Person> {
  const people = new Map<string, Person>()
  for (const entry of entries)
    if (entry.kind !== 'message') people.set(entry.participant.id, entry.participant)
  for (const person of participants) people.set(person.id, person)
  return people
}
