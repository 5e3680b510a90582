import { z } from 'zod'

type Json = Readonly<Record<string, unknown>>

const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'])

export const isWrite = (operation: string) => writes.has(operation)
export const isTransaction = (operation: string) => operation.startsWith('Transact')

/** The same query with a page size of one item; undefined if the call has no pages or already requests one item. */
export function onePage(operation: string, input: Json): Record<string, unknown> | undefined {
  if (operation !== 'Query' && operation !== 'Scan') return undefined
  // This applies to counts as well, which are paged like items.
  return input['Limit'] === 1 ? undefined : { ...input, Limit: 1 }
}

const readRequest = z.looseObject({ Keys: z.array(z.unknown()) })
const readBatch = z.object({ RequestItems: z.record(z.string(), readRequest) })
const batch = z.object({ RequestItems: z.record(z.string(), z.union([z.array(z.unknown()), readRequest])) })

/**
 * The response to an eventually consistent read from a replica that has not received any write yet. Real replicas lag
 * less, but code that copes with this replica also copes with them. Undefined for consistent reads and for other calls.
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

/**
 * Splits a batch in two; undefined for other calls, and for a batch with a single item, which DynamoDB cannot process
 * in part.
 */
export function firstHalf(
  operation: string,
  input: Json,
): { now: Record<string, unknown>; later: Json } | undefined {
  if (operation !== 'BatchWriteItem' && operation !== 'BatchGetItem') return undefined
  const { RequestItems } = batch.parse(input)
  const all = Object.entries(RequestItems).flatMap(([table, request]) =>
    (Array.isArray(request) ? request : request.Keys).map((item) => ({ table, item })),
  )
  if (all.length < 2) return undefined
  const byTable = (part: typeof all): Json => {
    const grouped: Record<string, unknown[]> = {}
    for (const { table, item } of part) grouped[table] = [...(grouped[table] ?? []), item]
    if (operation === 'BatchWriteItem') return grouped
    // Each part keeps the read options of its tables.
    return Object.fromEntries(
      Object.entries(grouped).map(([table, Keys]) => [table, { ...RequestItems[table], Keys }]),
    )
  }
  const middle = Math.ceil(all.length / 2)
  return { now: { ...input, RequestItems: byTable(all.slice(0, middle)) }, later: byTable(all.slice(middle)) }
}

/** Turns the engine's response to the first half into a response to the whole batch. */
export function withUnprocessed(operation: string, answer: Json, later: Json): Json {
  return { ...answer, [operation === 'BatchGetItem' ? 'UnprocessedKeys' : 'UnprocessedItems']: later }
}
