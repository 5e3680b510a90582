import { limits } from '../../protocol/limits.ts'
import type { Person } from '../../protocol/model.ts'
import { codePoints } from '../../protocol/text.ts'
import { fold } from './fold.ts'
import { queryRows, type Row, type Table } from './table.ts'

/** Nobody's name needs more; the rows of one user fit into a transaction. */
const WORDS = 12
const wordStart = /(?<![^ '’\p{Pd}])[^ '’\p{Pd}]/gu

/** Below every character of a folded text, so that rows stand in the order of their terms and no prefix meets an id. */
const SEPARATOR = '\t'

/**
 * What somebody is found by, each from its beginning: the name from every one of its words on, the last name before
 * the first, the e-mail. What another term begins with needs no row of its own.
 */
export function termsOf({ firstname, lastname, email }: Person): readonly string[] {
  const name = fold(`${firstname} ${lastname}`)
  const fromWords = [...name.matchAll(wordStart)].slice(0, WORDS).map(({ index }) => name.slice(index))
  const terms = [...new Set([name, fold(`${lastname} ${firstname}`), fold(email), ...fromWords])]
  return terms.filter(
    (term) =>
      codePoints(term) >= limits.searchMin &&
      !terms.some((other) => other !== term && other.startsWith(term)),
  )
}

/** Spread over as many partitions as names have beginnings; whoever asks knows that much of the term. */
const partition = (term: string) => `SEARCH#${[...term].slice(0, limits.searchMin).join('')}`

export const searchKey = (term: string, id: string) => ({
  pk: partition(term),
  sk: `${term}${SEPARATOR}${id}`,
})

/** Others who have a term that begins so, in the order of those terms. */
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
    // Name and e-mail often begin alike: enough, in one page, for everybody twice and for who asks.
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
