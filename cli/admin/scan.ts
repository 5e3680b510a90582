import { paginateScan, type ScanCommandInput } from '@aws-sdk/lib-dynamodb'
import type { Row } from '../../lambdas/stores/table.ts'
import type { Target } from '../target.ts'

/**
 * The pages of the rows of a table that match a filter, unordered, read with strong consistency. Reads the whole table,
 * and needs the operator's permission to scan it, which the functions do not have.
 */
export async function* scanPages(
  { db }: Pick<Target, 'db'>,
  input: ScanCommandInput,
): AsyncGenerator<readonly Row[], void> {
  for await (const { Items = [] } of paginateScan({ client: db }, { ...input, ConsistentRead: true })) {
    yield Items
  }
}
