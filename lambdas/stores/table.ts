import type {
  BatchGetCommandInput,
  BatchGetCommandOutput,
  DynamoDBDocumentClient,
  QueryCommandInput,
  TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { BatchGetCommand, QueryCommand, type UpdateCommand } from '@aws-sdk/lib-dynamodb'

/** Where a store keeps its rows. */
export interface Table {
  readonly db: DynamoDBDocumentClient
  readonly tableName: string
}

export type Row = Readonly<Record<string, unknown>>

/** One part of a transaction. */
export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

/** A condition on one item was not met. Told by name: DynamoDB's texts differ and change. */
export const isConditionFailure = (error: unknown): error is Error & { readonly Item?: unknown } =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException'

/** A string or number of an item that came with an error: the document client leaves those unconverted. */
export function rawAttribute(item: unknown, name: string): string | undefined {
  const attribute = (item as Record<string, { S?: string; N?: string }> | undefined)?.[name]
  return attribute?.S ?? attribute?.N
}

/** What a cancelled transaction says of each of its items, in their order. */
export interface CancellationReason {
  readonly Code?: string
  readonly Item?: unknown
}

/** The reasons when the error is a cancelled transaction, otherwise undefined. */
export function cancellationReasons(error: unknown): readonly CancellationReason[] | undefined {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined
  const { CancellationReasons } = error as Error & { CancellationReasons?: readonly CancellationReason[] }
  return CancellationReasons ?? []
}

export const failedCondition = (reason: CancellationReason | undefined) =>
  reason?.Code === 'ConditionalCheckFailed'

/**
 * Runs a transaction, or a write that may meet one, again while nothing but a conflict on the same item refuses it, which
 * is ordinary under load (and never seen on a laptop's engine). Ten tries with full jitter stay under two seconds.
 */
export async function retryConflicts<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      const reasons = cancellationReasons(error)
      const conflict = reasons
        ? reasons.some(({ Code }) => Code === 'TransactionConflict') && !reasons.some(failedCondition)
        : error instanceof Error && error.name === 'TransactionConflictException'
      if (!conflict || tries === 10) throw error
      await jitter(tries)
    }
  }
}

/** Runs an update and resolves with the attributes that it returns; undefined if its condition was not met. */
export async function updateIf(
  { db }: Pick<Table, 'db'>,
  update: UpdateCommand,
): Promise<Row | undefined> {
  try {
    return (await retryConflicts(() => db.send(update))).Attributes ?? {}
  } catch (error) {
    if (isConditionFailure(error)) return undefined
    throw error
  }
}

/** Any pause up to one that doubles with each try. */
const jitter = (tries: number) => pause(Math.random() * Math.min(400, 10 * 2 ** tries))

export const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/** Every row of a query, page after page, read with strong consistency. */
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
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    )
    yield* (page.Items ?? []) as Row[]
    from = page.LastEvaluatedKey
  } while (from !== undefined)
}

/** DynamoDB's limit on keys in one BatchGetItem. */
const BATCH = 100
/** About two seconds, when a call may still be answered that it is to come again. */
const BATCH_TRIES = 12

/**
 * The rows that exist among these keys, in no order, read with strong consistency; what is left unprocessed is asked
 * again, so often at most.
 */
export async function batchGet(
  { db, tableName }: Table,
  keys: readonly Row[],
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (let at = 0; at < keys.length; at += BATCH) {
    let RequestItems: BatchGetCommandInput['RequestItems'] = {
      [tableName]: { Keys: keys.slice(at, at + BATCH) as Row[], ConsistentRead: true },
    }
    for (let tries = 1; RequestItems && Object.keys(RequestItems).length > 0; tries++) {
      if (tries > BATCH_TRIES) throw new Error('DynamoDB leaves keys of a batch unprocessed')
      if (tries > 1) await jitter(tries)
      const answer: BatchGetCommandOutput = await db.send(new BatchGetCommand({ RequestItems }))
      rows.push(...(answer.Responses?.[tableName] ?? []))
      RequestItems = answer.UnprocessedKeys
    }
  }
  return rows
}
