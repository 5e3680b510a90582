import type { Person } from '../../protocol/model.ts'
import { fold, foldWords, isSearchable, joinWords, shortest, startsIn } from '../fold.ts'
import { queryRows, type Row, rowsWithPrefix, type Table } from './table.ts'

/**
 * The most places in a name at which a term starts. This is enough for any name, and few enough that the rows of one
 * user, old and new, fit into a transaction.
 */
const MAX_STARTS = 24

/**
 * If a search has several words, at most this many rows of the longest word are read and checked for the other words.
 * This takes about three read units.
 */
const MAX_READ = 100

/** Sorts below every character of a folded text, so that rows sort by term and no prefix reaches into an id. */
const SEPARATOR = '\t'

/**
 * The terms of a person, who is found by the beginning of any term: the name from each of its words on, or from each
 * character on in a script without spaces; the last name followed by the first; and the e-mail. A term that is the
 * beginning of another one needs no row.
 */
export function termsOf({ firstname, lastname, email }: Person): readonly string[] {
  const [first, last] = [foldWords(firstname), foldWords(lastname)]
  const words = [...first, ...last]
  const starts = words.flatMap((word, index) => startsIn(word).map((at) => ({ index, at })))
  const terms = new Set([
    ...starts
      .slice(0, MAX_STARTS)
      .map(({ index, at }) => joinWords([words[index]?.slice(at) ?? '', ...words.slice(index + 1)])),
    joinWords([...last, ...first]),
    fold(email),
  ])
  return [...terms].filter(
    (term) => isSearchable(term) && ![...terms].some((other) => other !== term && other.startsWith(term)),
  )
}

/** The shortest text that finds a term. It names the partition, so that every search is a query of one partition. */
const beginning = (term: string) => [...term].slice(0, shortest(term)).join('')

/** The search rows of a person, as the profile records them: the partition and the term of each. */
export const searchRowsOf = (person: Person): readonly string[] =>
  termsOf(person).map((term) => beginning(term) + SEPARATOR + term)

/**
 * A row as it is recorded today. Earlier versions recorded only the term, whose first two characters were the
 * partition.
 */
export const currentForm = (row: string): string =>
  row.includes(SEPARATOR) ? row : [...row].slice(0, 2).join('') + SEPARATOR + row

const partition = (start: string) => `SEARCH#${start}`

/** The key of a recorded search row. */
export function searchKey(row: string, id: string) {
  const [start = '', term = ''] = row.split(SEPARATOR)
  return { pk: partition(start), sk: `${term}${SEPARATOR}${id}` }
}

/**
 * Persons other than `except` with a term that begins with the folded words, joined; then those with a name in which
 * each of several words begins a term. Both groups are in the order of the terms that were read.
 */
export async function findByWords(
  table: Table,
  words: readonly string[],
  except: string,
  limit: number,
): Promise<readonly Person[]> {
  const found = new Map<string, Person>()
  function add(person: Person): void {
    if (person.id !== except && found.size < limit) found.set(person.id, person)
  }
  const prefix = joinWords(words)
  // Name and e-mail often begin alike: one page has room for everyone twice, the caller included.
  for await (const row of rowsOf(table, prefix, 2 * (limit + 1))) {
    add(toPerson(row))
    if (found.size === limit) return [...found.values()]
  }
  const longest = joinWords([words.reduce((one, other) => (other.length > one.length ? other : one), '')])
  if (words.length < 2 || !isSearchable(longest)) return [...found.values()]
  let read = 0
  for await (const row of rowsOf(table, longest, MAX_READ)) {
    const person = toPerson(row)
    if (hasWords(person, words)) add(person)
    if (found.size === limit || ++read === MAX_READ) break
  }
  return [...found.values()]
}

const rowsOf = (table: Table, prefix: string, Limit: number) =>
  queryRows(table, { ...rowsWithPrefix(partition(beginning(prefix)), prefix), Limit })

function hasWords(person: Person, words: readonly string[]): boolean {
  const terms = termsOf({ ...person, email: '' })
  return words.every((word) => terms.some((term) => term.startsWith(word)))
}

export const toPerson = (row: Row): Person => ({
  id: String(row['id']),
  firstname: String(row['firstname'] ?? ''),
  lastname: String(row['lastname'] ?? ''),
  email: String(row['email'] ?? ''),
})
