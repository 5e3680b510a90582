import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import { word } from './people.ts'
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

/** Stores messages at the end of a log, from the given `seq` on, without sending them. */
export async function storeMessages(
  conversation: string,
  sender: string,
  firstSeq: number,
  contents: readonly string[],
): Promise<void> {
  const { log } = openStores()
  const createdAt = new Date().toISOString()
  const stored = contents.map((content, n) => {
    const seq = firstSeq + n
    return log.append(
      conversation,
      { kind: 'message', id: `${seq}-${word()}`, seq, sender, createdAt, content },
      '',
    )
  })
  await Promise.all(stored)
}
