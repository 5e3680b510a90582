import {
  type Chat,
  type Conversation,
  type Invitation,
  type Person,
  RequestError,
} from '../../client/index.ts'
import { fold, foldWords, isSearchable, joinWords } from '../../lambdas/fold.ts'
import { limits } from '../../protocol/limits.ts'
import { codePoints, printable } from '../../protocol/text.ts'
import { type Directory, fullName } from './directory.ts'
import { UsageError } from './parse.ts'

/** Something that the user can name. */
export interface Candidate {
  readonly id: string
  /** The name that is shown first, then e-mail addresses and parts of the name. */
  readonly names: readonly string[]
}

export const asPerson = (person: Person): Candidate => ({
  id: person.id,
  names: [fullName(person), person.email, person.firstname, person.lastname].filter(Boolean),
})

export const asConversation =
  (directory: Directory) =>
  ({ id, participants, title }: Conversation): Candidate => {
    const others = participants.filter((person) => !directory.isMe(person.id))
    const [other] = others
    const names = others.length === 1 && other ? asPerson(other).names : []
    return { id, names: [...new Set([title ?? directory.conversation(id), ...names])] }
  }

export const asInvitation = ({ from_user, id, title }: Invitation): Candidate => ({
  id,
  names: [...asPerson(from_user).names, ...(title === undefined ? [] : [title])],
})

/**
 * Finds the candidate that a word names by its id, by a whole name, or by the beginning of a name. Throws a
 * `UsageError` if several candidates match equally well.
 */
export function find(word: string, candidates: readonly Candidate[]): Candidate | undefined {
  return (
    candidates.find(({ id }) => id === word) ??
    only(word, candidates, (name) => fold(name) === fold(word)) ??
    only(word, candidates, (name) => beginsWith(name, word))
  )
}

function only(
  word: string,
  candidates: readonly Candidate[],
  matches: (name: string) => boolean,
): Candidate | undefined {
  const found = candidates.filter(({ names }) => names.some(matches))
  if (found.length > 1) throw new UsageError(`${word} could be ${list(found)}.`)
  return found[0]
}

/** Case and accents do not matter. */
export function beginsWith(name: string, text: string): boolean {
  const words = foldWords(name)
  const term = fold(text)
  return words.some((_, index) => joinWords(words.slice(index)).startsWith(term))
}

/** `Ada Lovelace (ada@example.com) or Adam (adam@example.com)` */
function list(found: readonly Candidate[]): string {
  const names = found.map(({ id, names: [name, detail] }) => printable(`${name ?? id} (${detail ?? id})`))
  return [names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' or ')
}

/**
 * The user whose id, e-mail address or name is exactly this word. If there is none, the word is taken as an id, and
 * similar users are suggested.
 */
export interface FoundPerson {
  readonly id: string
  readonly similar: readonly Candidate[]
}

/** Finds a user by id, e-mail address or name. An invitation needs the full name. */
export async function findPerson(chat: Chat, directory: Directory, word: string): Promise<FoundPerson> {
  const canSearch = isSearchable(fold(word)) && codePoints(word) <= limits.searchMax
  directory.learn(...(canSearch ? await chat.search(word) : []))
  const others = [...directory.people.values()].filter(({ id }) => !directory.isMe(id)).map(asPerson)
  const exact =
    others.find(({ id }) => id === word) ?? only(word, others, (name) => fold(name) === fold(word))
  if (exact) return { id: exact.id, similar: [] }
  return { id: word, similar: others.filter(({ names }) => names.some((name) => beginsWith(name, word))) }
}

/** Makes a request about these users. If one of them does not exist, the error names users who may be meant. */
export async function withSuggestions<T>(
  people: readonly FoundPerson[],
  request: () => Promise<T>,
): Promise<T> {
  try {
    return await request()
  } catch (error) {
    const [unclear] = people.filter(({ similar }) => similar.length > 0)
    if (!unclear || !(error instanceof RequestError) || error.code !== 'not_found') throw error
    throw new UsageError(`There is no user ${unclear.id}. Did you mean ${list(unclear.similar)}?`)
  }
}
