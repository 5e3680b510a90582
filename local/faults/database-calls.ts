import { z } from 'zod'

type Json = Readonly<Record<string, unknown>>

const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'])

export const isWrite = (operation: string) => writes.has(operation)
export const isTransaction = (operation: string) => operation.startsWith('Transact')

/** The same query with a page size of one item; undefined if the call has no pages or already requests one item. */
export function onePage(operation: string, input: Json): Record<string, unknown> | undefined {
  if (operation !== 'Query' && operation !== 'Scan') return undefined
  // Applies to counts as well, which are paged like items.
  return input['Limit'] === 1 ? undefined : { ...input, Limit: 1 }
}

const readBatch = z.object({
  RequestItems: z.record(z.string(), z.looseObject({ Keys: z.array(z.unknown()) })),
})
const writeBatch = z.object({ RequestItems: z.record(z.string(), z.array(z.unknown())) })

/**
 * The response to an eventually consistent read from a replica that has received no write yet. Real replicas lag by
 * less, but code that survives this survives them. Undefined for consistent reads and for other calls.
 */
export function emptyRead(operation: string, input: Json): Json | undefined {
  if (operation === 'BatchGetItem') {
    const tables = Object.entries(readBatch.parse(input).RequestItems)
    if (tables.some(([, { ConsistentRead }]) => ConsistentRead === true)) return undefined
    return { Responses: Object.fromEntries(tables.map(([table]) => [table, []])), UnprocessedKeys: {} }
  }
  if (input['ConsistentRead'] === true) return undefined
  if (operation === 'GetItem') return {}
  if (operation === 'Query' || operation === 'Scan') return { Items: [], Count: 0, ScannedCount: 0 }
  return undefined
}

/** Splits a batch in two; undefined for other calls and for a batch of one item, which DynamoDB accepts or refuses. */
export function firstHalf(
  operation: string,
  input: Json,
): { now: Record<string, unknown>; later: Json } | undefined {
  if (operation === 'BatchWriteItem') {
    const { RequestItems } = writeBatch.parse(input)
    const [now, later] = split(RequestItems)
    return later && { now: { ...input, RequestItems: now }, later }
  }
  if (operation === 'BatchGetItem') {
    const { RequestItems } = readBatch.parse(input)
    const keys = Object.entries(RequestItems).map(([table, { Keys }]) => [table, Keys])
    const [now, later] = split(Object.fromEntries(keys))
    // Each part keeps the read options of its tables.
    const restore = (part: Readonly<Record<string, readonly unknown[]>>) =>
      Object.fromEntries(
        Object.entries(part).map(([table, Keys]) => [table, { ...RequestItems[table], Keys }]),
      )
    return later && { now: { ...input, RequestItems: restore(now) }, later: restore(later) }
  }
  return undefined
}

/** Turns the engine's response to the first half into a response to the whole batch. */
export function withUnprocessed(operation: string, answer: Json, later: Json): Json {
  return { ...answer, [operation === 'BatchGetItem' ? 'UnprocessedKeys' : 'UnprocessedItems']: later }
}

type ByTable = Readonly<Record<string, readonly unknown[]>>

function split(tables: ByTable): readonly [ByTable, ByTable | undefined] {
  const all = Object.entries(tables).flatMap(([table, items]) => items.map((item) => ({ table, item })))
  const middle = Math.ceil(all.length / 2)
  const group = (part: typeof all): ByTable => {
    const grouped: Record<string, unknown[]> = {}
    for (const { table, item } of part) grouped[table] = [...(grouped[table] ?? []), item]
    return grouped
  }
  const later = all.slice(middle)
  return [group(all.slice(0, middle)), later.length === 0 ? undefined : group(later)]
}
