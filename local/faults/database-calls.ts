import { z } from 'zod'

type Json = Readonly<Record<string, unknown>>

const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'])

export const isWrite = (operation: string) => writes.has(operation)
export const isTransaction = (operation: string) => operation.startsWith('Transact')

/** The call that a page of one item would have answered; nothing for what has no pages or asks for one item anyway. */
export function onePage(operation: string, input: Json): Record<string, unknown> | undefined {
  if (operation !== 'Query' && operation !== 'Scan') return undefined
  // Counting is paged like the rest, and one at a time is just as true.
  return input['Limit'] === 1 ? undefined : { ...input, Limit: 1 }
}

const readBatch = z.object({
  RequestItems: z.record(z.string(), z.looseObject({ Keys: z.array(z.unknown()) })),
})
const writeBatch = z.object({ RequestItems: z.record(z.string(), z.array(z.unknown())) })

/**
 * What a read that asked for no consistency finds on a replica that has heard of nothing yet. Real ones lag by
 * less; but code that stands this stands those. Nothing for reads that are consistent, and for what is no read.
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

/** A batch cut in two; nothing for what is no batch, and for one of a single item, which DynamoDB takes or refuses. */
export function firstHalf(
  operation: string,
  input: Json,
): { now: Record<string, unknown>; later: Json } | undefined {
  if (operation === 'BatchWriteItem') {
    const { RequestItems } = writeBatch.parse(input)
    const [now, later] = cut(RequestItems)
    return later && { now: { ...input, RequestItems: now }, later }
  }
  if (operation === 'BatchGetItem') {
    const { RequestItems } = readBatch.parse(input)
    const asked = Object.entries(RequestItems)
    const [now, later] = cut(Object.fromEntries(asked.map(([table, { Keys }]) => [table, Keys])))
    // Each part keeps how the items of its table are to be read.
    const restore = (part: Readonly<Record<string, readonly unknown[]>>) =>
      Object.fromEntries(
        Object.entries(part).map(([table, Keys]) => [table, { ...RequestItems[table], Keys }]),
      )
    return later && { now: { ...input, RequestItems: restore(now) }, later: restore(later) }
  }
  return undefined
}

/** The engine's answer to the first half, as that to the whole. */
export function withUnprocessed(operation: string, answer: Json, later: Json): Json {
  return { ...answer, [operation === 'BatchGetItem' ? 'UnprocessedKeys' : 'UnprocessedItems']: later }
}

type ByTable = Readonly<Record<string, readonly unknown[]>>

function cut(tables: ByTable): readonly [ByTable, ByTable | undefined] {
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
