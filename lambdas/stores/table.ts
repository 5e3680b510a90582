import type {
  BatchGetCommandInput,
  BatchGetCommandOutput,
  DynamoDBDocumentClient,
  PutCommandInput,
  QueryCommandInput,
  TransactWriteCommandInput,
  UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb'
import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { backOff } from '../async.ts'
import { BATCH_GET_MAX_KEYS } from '../platform-limits.ts'

export interface Table {
  readonly db: DynamoDBDocumentClient
  readonly tableName: string
}

export type Row = Readonly<Record<string, unknown>>

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

/** Conditions on the existence of a row, and the option to return the row that failed one. */
export const IF_NEW = { ConditionExpression: 'attribute_not_exists(pk)' }
export const IF_EXISTS = { ConditionExpression: 'attribute_exists(pk)' }
export const RETURN_FAILED = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const

type Condition = Pick<
  PutCommandInput,
  'ConditionExpression' | 'ExpressionAttributeValues' | 'ReturnValuesOnConditionCheckFailure'
>

/** The parts of a transaction that write or delete one row. */
export const putItem = (TableName: string, Item: Row, condition?: Condition): TransactItem => ({
  Put: { TableName, Item, ...condition },
})
export const deleteItem = (TableName: string, Key: Row, condition?: Condition): TransactItem => ({
  Delete: { TableName, Key, ...condition },
})

/** A condition that was not met. */
export interface FailedCondition {
  /** The item as it was, if the write asked for it; read it with `rawAttribute`. */
  readonly old: unknown
}

const BACKOFF = { baseMs: 20, maxMs: 400 }
/** With the backoff above, ten attempts take less than two seconds. */
const MAX_ATTEMPTS = 10
/** About two seconds, which leaves time to tell the client to try again. */
const MAX_BATCH_ATTEMPTS = 12

/** The row with this key, read with strong consistency. */
export async function get({ db, tableName }: Table, Key: Row): Promise<Row | undefined> {
  return (await db.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item
}

/**
 * Commits a transaction. Resolves with undefined, or with the conditions that failed, in the order of the items.
 * Conflicts and throttling are retried; rejects if the transaction is canceled for any other reason.
 */
export async function transact(
  db: DynamoDBDocumentClient,
  TransactItems: readonly TransactItem[],
): Promise<readonly (FailedCondition | undefined)[] | undefined> {
  try {
    await retryConflicts(() => db.send(new TransactWriteCommand({ TransactItems: [...TransactItems] })))
    return undefined
  } catch (error) {
    const reasons = cancellationReasons(error)
    if (!reasons?.some(isFailedCondition)) throw error
    return reasons.map((reason) => (isFailedCondition(reason) ? { old: reason.Item } : undefined))
  }
}

/** Sends a conditional write. Resolves with its output, or with the condition that failed. Conflicts are retried. */
export async function writeIf<T>(
  send: () => Promise<T>,
): Promise<{ readonly output: T } | { readonly failed: FailedCondition }> {
  try {
    return { output: await retryConflicts(send) }
  } catch (error) {
    // Recognized by its name, because the messages of DynamoDB differ and change.
    if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error
    return { failed: { old: (error as Error & { Item?: unknown }).Item } }
  }
}

/** Updates a row. Resolves with the attributes that the update returns, or with undefined if its condition failed. */
export async function update(
  { db, tableName: TableName }: Table,
  input: Omit<UpdateCommandInput, 'TableName'>,
): Promise<Row | undefined> {
  const result = await writeIf(() => db.send(new UpdateCommand({ TableName, ...input })))
  return 'output' in result ? (result.output.Attributes ?? {}) : undefined
}

/** Writes a row. Resolves with undefined, or with the condition that failed. */
export async function put(
  { db, tableName: TableName }: Table,
  input: Omit<PutCommandInput, 'TableName'>,
): Promise<FailedCondition | undefined> {
  const result = await writeIf(() => db.send(new PutCommand({ TableName, ...input })))
  return 'failed' in result ? result.failed : undefined
}

/** A string or number of an item that came with an error, which the document client does not unmarshall. */
export function rawAttribute(item: unknown, name: string): string | undefined {
  const attribute = (item as Record<string, { S?: string; N?: string }> | undefined)?.[name]
  return attribute?.S ?? attribute?.N
}

interface CancellationReason {
  readonly Code?: string
  readonly Item?: unknown
}

/** The reasons if the error is a canceled transaction, otherwise undefined. */
function cancellationReasons(error: unknown): readonly CancellationReason[] | undefined {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined
  const { CancellationReasons } = error as Error & { CancellationReasons?: readonly CancellationReason[] }
  return CancellationReasons ?? []
}

const isFailedCondition = (reason: CancellationReason) => reason.Code === 'ConditionalCheckFailed'

/**
 * Temporary reasons for a canceled transaction. The SDK retries other throttled calls, but never a canceled
 * transaction.
 */
const PASSING_REASONS = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']

/**
 * Retries a transaction, or a write that collides with one, while conflicts on the same item and throttling are the
 * only reasons for the failure. Conflicts are normal under load on AWS; the engine on a laptop has none.
 */
async function retryConflicts<T>(send: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await send()
    } catch (error) {
      if (!passes(error) || attempts === MAX_ATTEMPTS) throw error
      await backOff(attempts, BACKOFF)
    }
  }
}

function passes(error: unknown): boolean {
  const reasons = cancellationReasons(error)
  if (!reasons) return error instanceof Error && error.name === 'TransactionConflictException'
  const codes = reasons.map(({ Code = 'None' }) => Code).filter((code) => code !== 'None')
  return codes.length > 0 && codes.every((code) => PASSING_REASONS.includes(code))
}

/** Every row of a query, page by page, read with strong consistency. */
export async function* queryRows(
  { db, tableName }: Table,
  query: Omit<QueryCommandInput, 'TableName' | 'ConsistentRead' | 'ExclusiveStartKey'>,
): AsyncGenerator<Row, void> {
  let from: QueryCommandInput['ExclusiveStartKey']
  do {
    const page = await db.send(
      new QueryCommand({
        ...query,
        TableName: tableName,
        ConsistentRead: true,
        ...(from && { ExclusiveStartKey: from }),
      }),
    )
    yield* (page.Items ?? []) as Row[]
    from = page.LastEvaluatedKey
  } while (from !== undefined)
}

/** Every row of a partition, or those whose sort key begins with a prefix. */
export async function allRows(table: Table, pk: string, prefix?: string): Promise<readonly Row[]> {
  return await collect(
    queryRows(
      table,
      prefix === undefined
        ? { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } }
        : rowsWithPrefix(pk, prefix),
    ),
  )
}

/** Sorts after every character that a sort key contains: Unicode assigns no character to the last code point. */
const LAST_CODE_POINT = '\u{10ffff}'

/**
 * The part of a query that selects the rows of a partition whose sort key begins with a prefix. It is a range, because
 * for `begins_with` the engine of the laptop would read a partition from its beginning.
 */
export const rowsWithPrefix = (pk: string, prefix: string) => ({
  KeyConditionExpression: 'pk = :pk AND sk BETWEEN :prefix AND :end',
  ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix, ':end': prefix + LAST_CODE_POINT },
})

export async function collect(rows: AsyncIterable<Row>): Promise<readonly Row[]> {
  const collected: Row[] = []
  for await (const row of rows) collected.push(row)
  return collected
}

/** The rows that exist among these keys, unordered, read with strong consistency. Unprocessed keys are retried. */
export async function batchGet({ db, tableName }: Table, keys: readonly Row[]): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (let at = 0; at < keys.length; at += BATCH_GET_MAX_KEYS) {
    let RequestItems: BatchGetCommandInput['RequestItems'] = {
      [tableName]: { Keys: keys.slice(at, at + BATCH_GET_MAX_KEYS) as Row[], ConsistentRead: true },
    }
    for (let attempts = 1; RequestItems && Object.keys(RequestItems).length > 0; attempts++) {
      if (attempts > MAX_BATCH_ATTEMPTS) throw new Error('DynamoDB left keys of a batch unprocessed')
      if (attempts > 1) await backOff(attempts, BACKOFF)
      const answer: BatchGetCommandOutput = await db.send(new BatchGetCommand({ RequestItems }))
      rows.push(...(answer.Responses?.[tableName] ?? []))
      RequestItems = answer.UnprocessedKeys
    }
  }
  return rows
}
