import { BatchWriteCommand, type BatchWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import { backOff, concurrently } from '../../lambdas/async.ts'
import type { Row } from '../../lambdas/stores/table.ts'
import { type Target, TargetError } from '../target.ts'

/** A put or a deletion of a row. */
export type Write =
  | { readonly table: string; readonly put: Row }
  | { readonly table: string; readonly remove: Row }

type RequestItems = NonNullable<BatchWriteCommandInput['RequestItems']>

/** Limit of BatchWriteItem. */
const BATCH_ROWS = 25
const CONCURRENCY = 8
const BACKOFF = { baseMs: 50, maxMs: 5000 }
/** With the backoff above, about half a minute. */
const MAX_ATTEMPTS = 16

/** How DynamoDB refuses a whole batch because of its rate. */
const THROTTLING = ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded']

/** Writes rows in batches, in any order. Rows that DynamoDB leaves out because of its rate are written again. */
export async function writeAll({ db }: Pick<Target, 'db'>, writes: readonly Write[]): Promise<void> {
  const batches: RequestItems[] = []
  for (let at = 0; at < writes.length; at += BATCH_ROWS) {
    const batch: RequestItems = {}
    for (const write of writes.slice(at, at + BATCH_ROWS)) {
      batch[write.table] ??= []
      batch[write.table]?.push(
        'put' in write ? { PutRequest: { Item: write.put } } : { DeleteRequest: { Key: write.remove } },
      )
    }
    batches.push(batch)
  }
  await concurrently(batches, CONCURRENCY, (batch) => writeBatch(db, batch))
}

async function writeBatch(db: Target['db'], batch: RequestItems): Promise<void> {
  let left: RequestItems = batch
  for (let attempts = 1; Object.keys(left).length > 0; attempts++) {
    if (attempts > MAX_ATTEMPTS) {
      throw new TargetError('DynamoDB is too busy to store everything. Repeat the command later.')
    }
    if (attempts > 1) await backOff(attempts, BACKOFF)
    left = await attempt(db, left)
  }
}

/** Makes one attempt. Resolves with the writes that must be repeated. */
async function attempt(db: Target['db'], RequestItems: RequestItems): Promise<RequestItems> {
  try {
    return (await db.send(new BatchWriteCommand({ RequestItems }))).UnprocessedItems ?? {}
  } catch (error) {
    if (error instanceof Error && THROTTLING.includes(error.name)) return RequestItems
    throw error
  }
}
