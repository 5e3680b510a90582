import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import { openStores } from './stores.ts'

/** A batch write holds at most 25 rows. */
const BATCH_ROWS = 25

/** Writes rows to the conversations table directly, to store in one step what would take many frames and calls. */
export async function putConversationRows(rows: readonly Record<string, unknown>[]): Promise<void> {
  const { documents, tables } = openStores()
  for (let from = 0; from < rows.length; from += BATCH_ROWS) {
    const puts = rows.slice(from, from + BATCH_ROWS).map((Item) => ({ PutRequest: { Item } }))
    const RequestItems = { [tables.conversations]: puts }
    const { UnprocessedItems = {} } = await documents.send(new BatchWriteCommand({ RequestItems }))
    if (Object.keys(UnprocessedItems).length > 0) throw new Error('a batch write was not completed')
  }
}
