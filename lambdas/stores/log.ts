import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import type { AppendOutcome, ClaimOutcome, Entry, MessageEntry, StoredSend, UpdateEntry } from '../model.ts'
import { conversationKeys, conversationOf, MAX_SEQ } from './conversation-keys.ts'
import { claimSlot, isEntry, toEntry, toEntryRow, toStoredSend } from './entry-rows.ts'
import {
  batchGet,
  get,
  IF_EXISTS,
  IF_NEW,
  put,
  putItem,
  queryRows,
  RETURN_FAILED,
  type Table,
  transact,
  update,
  writeIf,
} from './table.ts'

export type LogStore = ReturnType<typeof logStore>

export function logStore(table: Table) {
  const { db, tableName: TableName } = table
  return {
    /**
     * Claims the slot `entry.seq`, which must follow the head that was read. The write itself assigns the number, so a
     * crash cannot leave a gap. A `client_message_id` is claimed in the same transaction.
     *
     * @param firstSeq the start of the log: a `client_message_id` of a message before it is free again
     */
    async append(
      conversation: string,
      entry: MessageEntry,
      hash: string,
      firstSeq = 1,
    ): Promise<AppendOutcome> {
      const Item = toEntryRow(conversation, entry)
      const { sender, seq, clientMessageId } = entry
      if (clientMessageId === undefined) {
        const failed = await put(table, { Item, ...IF_NEW, ...RETURN_FAILED })
        // If the SDK repeats a put whose answer was lost, the condition fails on our own entry.
        return !failed || isEntry(failed.old, entry) ? 'stored' : 'taken'
      }
      const send = { ...conversationKeys.send(conversation, sender, clientMessageId), seq, hash }
      const failed = await transact(db, [
        putItem(TableName, Item, IF_NEW),
        putItem(TableName, send, { ...ifFree(firstSeq), ...RETURN_FAILED }),
      ])
      if (!failed) return 'stored'
      return failed[1] ? toStoredSend(failed[1].old) : 'taken'
    },

    /** The send that used a `client_message_id`, if any. */
    async sent(
      conversation: string,
      sender: string,
      clientMessageId: string,
    ): Promise<StoredSend | undefined> {
      const row = await get(table, conversationKeys.send(conversation, sender, clientMessageId))
      if (!row) return undefined
      return { seq: Number(row['seq']), hash: row['hash'] === undefined ? undefined : String(row['hash']) }
    },

    /**
     * Takes the next turn of a busy conversation, up to `lastAllowed`; undefined if that turn is already taken. Turns
     * only order attempts; the slot decides what is stored.
     */
    async takeTurn(conversation: string, lastAllowed: number): Promise<number | undefined> {
      const drawn = await update(table, {
        Key: conversationKeys.turns(conversation),
        UpdateExpression: 'ADD issued :one',
        ConditionExpression: 'attribute_not_exists(issued) OR issued < :last',
        ExpressionAttributeValues: { ':one': 1, ':last': lastAllowed },
        ReturnValues: 'UPDATED_NEW',
      })
      return drawn && Number(drawn['issued'])
    },

    /**
     * Replaces the content of a message, or empties it, and claims the slot of the entry that records the change.
     * `refused` if the message is not the sender's, or was deleted. Removes the key of the hash of its first content,
     * and the `client_message_id` if `message` no longer has one. If an older version stored a hash without a key,
     * removes that hash.
     */
    async update(conversation: string, entry: UpdateEntry, message: MessageEntry): Promise<ClaimOutcome> {
      const { content, metadata, editedAt, deletedAt, clientMessageId, hashKey } = message
      const stamp = deletedAt === undefined ? 'edited_at' : 'deleted_at'
      const removed = [
        'hash_key',
        ...(deletedAt === undefined ? [] : ['metadata']),
        ...(clientMessageId === undefined ? ['client_message_id'] : []),
      ]
      const change = {
        TableName,
        Key: conversationKeys.entry(conversation, entry.targetSeq),
        UpdateExpression:
          `SET content = :content, ${stamp} = :now` +
          (metadata === undefined ? '' : ', metadata = :metadata') +
          ` REMOVE ${removed.join(', ')}`,
        ConditionExpression:
          'sender = :sender AND (attribute_not_exists(kind) OR kind = :message) AND attribute_not_exists(deleted_at)',
        ExpressionAttributeValues: {
          ':content': content,
          ':now': deletedAt ?? editedAt,
          ':sender': entry.sender,
          ':message': 'message',
          ...(metadata === undefined ? {} : { ':metadata': metadata }),
        },
      }
      const hasPlainHash = clientMessageId !== undefined && hashKey === undefined
      const forget = hasPlainHash ? [forgetHash(conversation, message, clientMessageId)] : []
      return await claimSlot(table, conversation, entry, [{ Update: change }, ...forget])
    },

    async entry(conversation: string, seq: number): Promise<Entry | undefined> {
      const row = await get(table, conversationKeys.entry(conversation, seq))
      return row && toEntry(row)
    },

    /** The entries with these `seq`s, as far as they exist, unordered. */
    async entries(conversation: string, seqs: Iterable<number>): Promise<readonly Entry[]> {
      const keys = [...new Set(seqs)].map((seq) => conversationKeys.entry(conversation, seq))
      return (await batchGet(table, keys)).map(toEntry)
    },

    /** The conversations that have an entry directly after the given `seq`. */
    async whichContinue(seqs: ReadonlyMap<string, number>): Promise<ReadonlySet<string>> {
      const keys = [...seqs].map(([conversation, seq]) => conversationKeys.entry(conversation, seq + 1))
      return new Set((await batchGet(table, keys)).map(conversationOf))
    },

    /** Removes an expired entry that is not the newest, and the key of its send. */
    async remove(conversation: string, entry: Entry): Promise<void> {
      await forgetSend(conversation, entry)
      await db.send(new DeleteCommand({ TableName, Key: conversationKeys.entry(conversation, entry.seq) }))
    },

    /** Removes the words of an expired message that is the newest entry: the next entry needs the rest of it. */
    async empty(conversation: string, entry: MessageEntry): Promise<void> {
      await forgetSend(conversation, entry)
      await update(table, {
        Key: conversationKeys.entry(conversation, entry.seq),
        UpdateExpression: 'SET content = :empty REMOVE metadata, client_message_id, hash_key',
        ...IF_EXISTS,
        ExpressionAttributeValues: { ':empty': '' },
      })
    },

    /** Up to `limit` entries after `seq`, oldest first. */
    async after(conversation: string, seq: number, limit: number): Promise<readonly Entry[]> {
      return await range(conversation, seq + 1, MAX_SEQ, limit, true)
    },

    /** The newest `limit` entries before `seq`, oldest first. */
    async before(conversation: string, seq: number, limit: number): Promise<readonly Entry[]> {
      return (await range(conversation, 1, seq - 1, limit, false)).toReversed()
    },
  }

  /** Removes the row of an entry's `client_message_id`, unless a later message has used the key again. */
  async function forgetSend(conversation: string, entry: Entry): Promise<void> {
    if (entry.kind !== 'message' || entry.clientMessageId === undefined) return
    const { sender, seq, clientMessageId } = entry
    const send = new DeleteCommand({
      TableName,
      Key: conversationKeys.send(conversation, sender, clientMessageId),
      ConditionExpression: 'seq = :seq',
      ExpressionAttributeValues: { ':seq': seq },
    })
    await writeIf(() => db.send(send))
  }

  /** Leaves only the `seq` in the row of a `client_message_id`. */
  function forgetHash(conversation: string, { sender, seq }: MessageEntry, clientMessageId: string) {
    return {
      Update: {
        TableName,
        Key: conversationKeys.send(conversation, sender, clientMessageId),
        UpdateExpression: 'SET seq = :seq REMOVE #hash',
        ExpressionAttributeNames: { '#hash': 'hash' },
        ExpressionAttributeValues: { ':seq': seq },
      },
    }
  }

  async function range(
    conversation: string,
    first: number,
    last: number,
    limit: number,
    forward: boolean,
  ): Promise<Entry[]> {
    const entries: Entry[] = []
    if (first > last) return entries
    for await (const row of queryRows(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': conversationKeys.partition(conversation),
        ':first': conversationKeys.entry(conversation, first).sk,
        ':last': conversationKeys.entry(conversation, Math.min(last, MAX_SEQ)).sk,
      },
      ScanIndexForward: forward,
      Limit: limit,
    })) {
      entries.push(toEntry(row))
      if (entries.length === limit) break
    }
    return entries
  }
}

/** Condition on the row of a `client_message_id`: it is new, or belongs to a message before the start of the log. */
const ifFree = (firstSeq: number) =>
  firstSeq <= 1
    ? IF_NEW
    : {
        ConditionExpression: 'attribute_not_exists(pk) OR seq < :first',
        ExpressionAttributeValues: { ':first': firstSeq },
      }
