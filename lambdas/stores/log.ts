import { GetCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Person } from '../../protocol/model.ts'
import {
  batchGet,
  cancellationReasons,
  failedCondition,
  isConditionFailure,
  queryRows,
  type Row,
  rawAttribute,
  retryConflicts,
  type Table,
  type TransactItem,
} from './table.ts'

/** What every entry of a conversation's log carries, whatever its kind. */
interface EntryBase {
  readonly id: string
  readonly seq: number
  readonly sender: string
  /** ISO 8601. Never before its predecessor's, whatever the clocks say. */
  readonly createdAt: string
  /**
   * How many messages each user has sent up to and including this entry, those who have left too. Exact, because each
   * entry is made from its very predecessor. Absent once a group was large.
   */
  readonly sent?: Readonly<Record<string, number>>
  /**
   * Up to when, in epoch milliseconds, each sender's messages here are paid for at the allowed pace; only those who
   * are ahead of the clock. So a flood is refused by what the send reads and writes anyway.
   */
  readonly paid?: Readonly<Record<string, number>>
  /** The highest turn that was served up to and including this entry; absent until writers first queued. */
  readonly turn?: number
  /** Where the newest message up to this entry stands; absent on messages, and where there is none. */
  readonly messageSeq?: number
  /** Where the newest coming or going of a participant up to this entry stands; absent where there was none. */
  readonly changeSeq?: number
}

/** A message with its latest words; once deleted it has none. */
export interface MessageEntry extends EntryBase {
  readonly kind: 'message'
  readonly content: string
  /** JSON text, so that what was given is what is delivered. */
  readonly metadata?: string
  readonly clientMessageId?: string
  /** ISO 8601. */
  readonly editedAt?: string
  /** ISO 8601. */
  readonly deletedAt?: string
}

/** Says that the message at `targetSeq` was edited or deleted; the words stand there and nowhere else. */
export interface UpdateEntry extends EntryBase {
  readonly kind: 'message_updated'
  readonly targetSeq: number
}

/** Says that its sender came to a group or left it, and who that was at the time. */
export interface ParticipantEntry extends EntryBase {
  readonly kind: 'participant_joined' | 'participant_left'
  readonly person: Person
}

/** What stands at one `seq` of a log. */
export type Entry = MessageEntry | UpdateEntry | ParticipantEntry

export interface StoredSend {
  readonly seq: number
  /** Hash of what was sent under this key. */
  readonly hash: string
}

/**
 * What became of an entry and of what it says: `taken` when another entry has its place, `refused` when what it says is
 * not, or no longer, to be done.
 */
export type ClaimOutcome = 'stored' | 'taken' | 'refused'

export type AppendOutcome =
  | { readonly outcome: 'stored' }
  /** Another entry has this `seq`: read the head again. */
  | { readonly outcome: 'taken' }
  /** The sender has used this `client_message_id` before. */
  | { readonly outcome: 'repeated'; readonly stored: StoredSend }

const SEQ_DIGITS = 12

const MOST_SEQ = 10 ** SEQ_DIGITS - 1

/** Keys of a conversation's partition. They sort DEDUP# < LOG# < LOGTURN < META < PART#. */
export const conversationKeys = {
  partition: (conversation: string) => `CONV#${conversation}`,
  entry: (conversation: string, seq: number) => ({
    pk: `CONV#${conversation}`,
    sk: `LOG#${String(seq).padStart(SEQ_DIGITS, '0')}`,
  }),
  send: (conversation: string, sender: string, clientMessageId: string) => ({
    pk: `CONV#${conversation}`,
    sk: `DEDUP#${sender}#${clientMessageId}`,
  }),
  turns: (conversation: string) => ({ pk: `CONV#${conversation}`, sk: 'LOGTURN' }),
  meta: (conversation: string) => ({ pk: `CONV#${conversation}`, sk: 'META' }),
  participant: (conversation: string, user: string) => ({ pk: `CONV#${conversation}`, sk: `PART#${user}` }),
  /** In the partition of the user: one row for each of their conversations. */
  listed: (user: string, conversation: string) => ({ pk: `USER#${user}`, sk: `CONV#${conversation}` }),
}

export type LogStore = ReturnType<typeof logStore>

export function logStore(table: Table) {
  const { db, tableName: TableName } = table
  return {
    /**
     * Claims the slot `entry.seq`, which must follow the head that was read: the write itself gives the number,
     * so there are no holes whatever dies. With a `client_message_id` the key is claimed in the same
     * transaction.
     */
    async append(conversation: string, entry: MessageEntry, hash: string): Promise<AppendOutcome> {
      const Item = { ...conversationKeys.entry(conversation, entry.seq), ...toRow(entry) }
      if (entry.clientMessageId === undefined) return await claim(Item, entry)
      try {
        await retryConflicts(() =>
          db.send(
            new TransactWriteCommand({
              TransactItems: [
                { Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } },
                {
                  Put: {
                    TableName,
                    Item: {
                      ...conversationKeys.send(conversation, entry.sender, entry.clientMessageId ?? ''),
                      seq: entry.seq,
                      hash,
                    },
                    ConditionExpression: 'attribute_not_exists(pk)',
                    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
                  },
                },
              ],
            }),
          ),
        )
        return { outcome: 'stored' }
      } catch (error) {
        const reasons = cancellationReasons(error)
        if (failedCondition(reasons?.[1]))
          return { outcome: 'repeated', stored: toStored(reasons?.[1]?.Item) }
        if (failedCondition(reasons?.[0])) return { outcome: 'taken' }
        throw error
      }
    },

    /** What a sender has stored under a `client_message_id`, if anything. */
    async sent(
      conversation: string,
      sender: string,
      clientMessageId: string,
    ): Promise<StoredSend | undefined> {
      const Key = conversationKeys.send(conversation, sender, clientMessageId)
      const { Item } = await db.send(new GetCommand({ TableName, Key, ConsistentRead: true }))
      return Item && { seq: Number(Item['seq']), hash: String(Item['hash']) }
    },

    /** Draws the next turn of a busy conversation. Turns order attempts; what is stored, the slot alone decides. */
    async takeTurn(conversation: string): Promise<number> {
      const { Attributes } = await db.send(
        new UpdateCommand({
          TableName,
          Key: conversationKeys.turns(conversation),
          UpdateExpression: 'ADD issued :one',
          ExpressionAttributeValues: { ':one': 1 },
          ReturnValues: 'UPDATED_NEW',
        }),
      )
      return Number(Attributes?.['issued'])
    },

    /**
     * Gives a message of its sender other words, or none, and claims the slot of the entry that says so: both or
     * neither. `refused` when it is no message of the sender's, or was deleted.
     */
    async update(
      conversation: string,
      entry: UpdateEntry,
      { content, metadata, editedAt, deletedAt }: MessageEntry,
    ): Promise<ClaimOutcome> {
      const stamp = deletedAt === undefined ? 'edited_at' : 'deleted_at'
      return await claimWith(conversation, entry, [
        {
          Update: {
            TableName,
            Key: conversationKeys.entry(conversation, entry.targetSeq),
            UpdateExpression:
              `SET content = :content, ${stamp} = :now` +
              (metadata === undefined ? '' : ', metadata = :metadata') +
              (deletedAt === undefined ? '' : ' REMOVE metadata'),
            ConditionExpression:
              'sender = :sender AND (attribute_not_exists(kind) OR kind = :message) AND attribute_not_exists(deleted_at)',
            ExpressionAttributeValues: {
              ':content': content,
              ':now': deletedAt ?? editedAt,
              ':sender': entry.sender,
              ':message': 'message',
              ...(metadata === undefined ? {} : { ':metadata': metadata }),
            },
          },
        },
      ])
    },

    /**
     * Takes the sender of the entry out of the participants, and claims the slot of the entry that says so. `refused` when
     * the sender is none.
     */
    async leave(conversation: string, entry: ParticipantEntry): Promise<ClaimOutcome> {
      const { sender } = entry
      return await claimWith(conversation, entry, [
        {
          Delete: {
            TableName,
            Key: conversationKeys.participant(conversation, sender),
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
        { Delete: { TableName, Key: conversationKeys.listed(sender, conversation) } },
      ])
    },

    claimWith,

    async entry(conversation: string, seq: number): Promise<Entry | undefined> {
      const { Item } = await db.send(
        new GetCommand({ TableName, Key: conversationKeys.entry(conversation, seq), ConsistentRead: true }),
      )
      return Item && toEntry(Item)
    },

    /** Those of these entries that exist, in no order. */
    async entries(conversation: string, seqs: Iterable<number>): Promise<readonly Entry[]> {
      const keys = [...new Set(seqs)].map((seq) => conversationKeys.entry(conversation, seq))
      return (await batchGet(table, keys)).map(toEntry)
    },

    /** Entries after `seq`, oldest first, at most `most`. */
    async after(conversation: string, seq: number, most: number): Promise<readonly Entry[]> {
      return await range(conversation, seq + 1, Number.MAX_SAFE_INTEGER, most, true)
    },

    /** The newest entries before `seq`, oldest first, at most `most`. */
    async before(conversation: string, seq: number, most: number): Promise<readonly Entry[]> {
      return (await range(conversation, 1, seq - 1, most, false)).toReversed()
    },
  }

  /**
   * Claims the slot of an entry together with what the entry says, all of it or nothing. Refused by its own entry, an
   * earlier try of the same transaction has been applied and its answer lost.
   */
  async function claimWith(
    conversation: string,
    entry: Entry,
    items: readonly TransactItem[],
  ): Promise<ClaimOutcome> {
    const slot: TransactItem = {
      Put: {
        TableName,
        Item: { ...conversationKeys.entry(conversation, entry.seq), ...toRow(entry) },
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    }
    try {
      await retryConflicts(() =>
        db.send(new TransactWriteCommand({ TransactItems: [slot, ...items] })),
      )
      return 'stored'
    } catch (error) {
      const [place, ...others] = cancellationReasons(error) ?? []
      if (failedCondition(place)) return rawAttribute(place?.Item, 'id') === entry.id ? 'stored' : 'taken'
      if (others.some(failedCondition)) return 'refused'
      throw error
    }
  }

  async function claim(Item: Row, entry: Entry): Promise<AppendOutcome> {
    try {
      await retryConflicts(() =>
        db.send(
          new PutCommand({
            TableName,
            Item,
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      )
      return { outcome: 'stored' }
    } catch (error) {
      if (!isConditionFailure(error)) throw error
      // The SDK repeats a put whose answer was lost; then it meets its own entry.
      return { outcome: rawAttribute(error.Item, 'id') === entry.id ? 'stored' : 'taken' }
    }
  }

  async function range(
    conversation: string,
    first: number,
    last: number,
    most: number,
    forward: boolean,
  ): Promise<Entry[]> {
    const entries: Entry[] = []
    if (first > last || first > MOST_SEQ) return entries
    for await (const row of queryRows(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': conversationKeys.partition(conversation),
        ':first': conversationKeys.entry(conversation, first).sk,
        ':last': conversationKeys.entry(conversation, Math.min(last, MOST_SEQ)).sk,
      },
      ScanIndexForward: forward,
      Limit: most,
    })) {
      entries.push(toEntry(row))
      if (entries.length === most) break
    }
    return entries
  }
}

/** Attributes by the field that each stands for; absent ones stay absent both ways. */
const attributes = {
  clientMessageId: 'client_message_id',
  createdAt: 'created_at',
  editedAt: 'edited_at',
  deletedAt: 'deleted_at',
  targetSeq: 'target_seq',
  messageSeq: 'message_seq',
  changeSeq: 'change_seq',
} as const
const fields = new Map<string, string>(Object.entries(attributes).map(([field, name]) => [name, field]))

const toRow = (entry: Entry): Row =>
  Object.fromEntries(
    Object.entries(entry).map(([field, value]) => [
      (attributes as Readonly<Record<string, string>>)[field] ?? field,
      value,
    ]),
  )

/**
 * Rows are written here alone. The first ones have no kind; what a later version adds to them is carried along and not
 * looked at.
 */
export const toEntry = ({ pk: _pk, sk: _sk, ...row }: Row): Entry =>
  ({
    kind: 'message',
    ...Object.fromEntries(Object.entries(row).map(([name, value]) => [fields.get(name) ?? name, value])),
  }) as unknown as Entry

const toStored = (item: unknown): StoredSend => ({
  seq: Number(rawAttribute(item, 'seq')),
  hash: String(rawAttribute(item, 'hash')),
})
