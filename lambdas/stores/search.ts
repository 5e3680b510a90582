import { limits } from '../../protocol/limits.ts'
import type { Person } from '../../protocol/model.ts'
import { codePoints } from '../../protocol/text.ts'
import { fold } from '../fold.ts'
import { queryRows, type Row, type Table } from './table.ts'

/** Enough for any name, and few enough that the rows of one user fit into a transaction. */
const MAX_WORDS = 12
const wordStart = /(?<![^ '’\p{Pd}])[^ '’\p{Pd}]/gu

/** Sorts below every character of a folded text, so that rows sort by term and no prefix reaches into an id. */
const SEPARATOR = '\t'

/**
 * The terms under which a person is found, each by its beginning: the rest of the name from each of its
 * words, the last name followed by the first, and the e-mail. A term that is the beginning of another one
 * needs no row.
 */
export function termsOf({ firstname, lastname, email }: Person): readonly string[] {
  const name = fold(`${firstname} ${lastname}`)
  const fromWords = [...name.matchAll(wordStart)].slice(0, MAX_WORDS).map(({ index }) => name.slice(index))
  const terms = [...new Set([name, fold(`${lastname} ${firstname}`), fold(email), ...fromWords])]
  return terms.filter(
    (term) =>
      codePoints(term) >= limits.searchMin &&
      !terms.some((other) => other !== term && other.startsWith(term)),
  )
}

/** One partition for each two-character beginning: every search has at least two characters. */
const partition = (term: string) => `SEARCH#${[...term].slice(0, limits.searchMin).join('')}`

export const searchKey = (term: string, id: string) => ({
  pk: partition(term),
  sk: `${term}${SEPARATOR}${id}`,
})

/** Persons other than `except` with a term that begins with the prefix, in the order of those terms. */
export async function findByTerm(
  table: Table,
  prefix: string,
  except: string,
  limit: number,
): Promise<readonly Person[]> {
  const found = new Map<string, Person>()
  for await (const row of queryRows(table, {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': partition(prefix), ':prefix': prefix },
    // Name and e-mail often begin alike: one page has room for everyone twice, the caller included.
    Limit: 2 * (limit + 1),
  })) {
    const person = toPerson(row)
    if (person.id === except || found.has(person.id)) continue
    found.set(person.id, person)
    if (found.size === limit) break
  }
  return [...found.values()]
}

export const toPerson = (row: Row): Person => ({
  id: String(row['id']),
  firstname: String(row['firstname'] ?? ''),
  lastname: String(row['lastname'] ?? ''),
  email: String(row['email'] ?? ''),
})
