import { concurrently, pause } from '../../../lambdas/async.ts'
import { eraseMessage } from '../../../lambdas/chat/messages/edit.ts'
import { conversationOf } from '../../../lambdas/stores/conversation-keys.ts'
import { IF_EXISTS, type Row, update } from '../../../lambdas/stores/table.ts'
import { ChatError } from '../../../protocol/errors.ts'
import type { Target } from '../../target.ts'
import { writeAll } from '../batch-write.ts'
import { scanPages } from '../scan.ts'
import type { Erased } from './erase.ts'

/** Conversations that are changed at the same time. Changes to one conversation are made one after another. */
const CONCURRENCY = 5

/**
 * Empties the messages of a user as if the user had deleted them, so that clients that show them are notified, and
 * removes the keys and hashes of the user's sends. The user's entries about joining and leaving stay.
 *
 * @param onProgress called with the number of messages emptied so far
 */
export async function eraseLogs(
  target: Pick<Target, 'db' | 'tables' | 'deps'>,
  id: string,
  onProgress: (messages: number) => void,
): Promise<Pick<Erased, 'messages' | 'keys' | 'titles'>> {
  const { tables } = target
  // A push that fails does not matter: clients that miss it read the log.
  const deps = { ...target.deps, report: () => undefined }
  const TableName = tables.conversations
  const titles: string[] = []
  let [messages, keys] = [0, 0]
  for await (const rows of scanPages(target, {
    TableName,
    FilterExpression:
      '(begins_with(sk, :entry) AND (sender = :id OR #owner = :id)) OR begins_with(sk, :send) OR ' +
      '(sk = :meta AND #group.creator = :id)',
    ExpressionAttributeNames: { '#owner': 'owner', '#group': 'group' },
    ExpressionAttributeValues: {
      ':id': id,
      ':entry': 'LOG#',
      ':send': `DEDUP#${id}#`,
      ':meta': 'META',
    },
  })) {
    for (const { sk, group } of rows) {
      const title = sk === 'META' && (group as { readonly title?: string }).title
      if (title) titles.push(title)
    }
    const sends = rows.filter(({ sk }) => String(sk).startsWith('DEDUP#'))
    await writeAll(
      target,
      sends.map(({ pk, sk }) => ({ table: TableName, remove: { pk, sk } })),
    )
    keys += sends.length
    const entries = rows.filter(({ sk }) => String(sk).startsWith('LOG#'))
    const ids = [...new Set(entries.map(conversationOf))]
    await concurrently(ids, CONCURRENCY, async (conversation) => {
      const ofOne = entries.filter((row) => conversationOf(row) === conversation)
      for (const row of ofOne) await eraseEntry(conversation, row)
    })
  }
  return { messages, keys, titles: titles.sort() }

  async function eraseEntry(conversation: string, row: Row): Promise<void> {
    const isOwnMessage = row['sender'] === id && (row['kind'] ?? 'message') === 'message'
    if (isOwnMessage && row['deleted_at'] === undefined) {
      const message = { conversation, seq: Number(row['seq']), user: id }
      await patiently(() => eraseMessage(deps, message)).catch(async (error: unknown) => {
        // The message has expired, so no user can see it, but its row still exists.
        if (!(error instanceof ChatError) || error.code !== 'not_found') throw error
        await removeWords(target, row)
      })
      onProgress(++messages)
    } else if (hasRemains(row)) {
      await removeWords(target, row)
    }
  }
}

/** Repeats a change while others are writing to the same conversation. */
async function patiently(change: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await change()
    } catch (error) {
      if (!(error instanceof ChatError) || error.retryAfterMs === undefined) throw error
      await pause(error.retryAfterMs)
    }
  }
}

/**
 * Attributes that remain in messages that were deleted before, and in the changes of participants that older versions
 * stored.
 */
const REMAINS = ['client_message_id', 'hash_key', 'person']

const hasRemains = (row: Row) => REMAINS.some((name) => row[name] !== undefined)

/** Empties a row without an entry in the log. */
async function removeWords(
  { db, tables }: Pick<Target, 'db' | 'tables'>,
  { pk, sk, content }: Row,
): Promise<void> {
  const isMessage = content !== undefined
  await update(
    { db, tableName: tables.conversations },
    {
      Key: { pk, sk },
      UpdateExpression: `${isMessage ? 'SET content = :empty, deleted_at = if_not_exists(deleted_at, :now) ' : ''}REMOVE metadata, ${REMAINS.join(', ')}`,
      ...IF_EXISTS,
      ...(isMessage && { ExpressionAttributeValues: { ':empty': '', ':now': new Date().toISOString() } }),
    },
  )
}
