import type { Chat, Person } from '../../client/index.ts'
import { type Source, source } from '../../client/readable.ts'

const peopleOf = new WeakMap<Chat, Source<ReadonlyMap<string, Person>>>()

/** The people whom the logs of open conversations name, by id. The list does not name those who have left. */
export function namedPeople(chat: Chat): Source<ReadonlyMap<string, Person>> {
  const people = peopleOf.get(chat) ?? source<ReadonlyMap<string, Person>>(new Map())
  peopleOf.set(chat, people)
  return people
}
