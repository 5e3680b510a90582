import { GetCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import {
  cancellationReasons,
  failedCondition,
  isConditionFailure,
  queryRows,
  type Row,
  rawAttribute,
  retryConflicts,
  type Table,
} from './table.ts'

/** An entry of a conversation's log. Later kinds will stand beside `message` in the same order. */
export interface Entry {
  readonly kind: 'message'
  readonly id: string
  readonly seq: number
  readonly sender: string
  readonly content: string
  /** JSON text, so that what was given is what is delivered. */
  readonly metadata?: string
  readonly clientMessageId?: string
  /** ISO 8601. Never before its predecessor's, whatever the clocks say. */
  readonly createdAt: string
  /**
   * How many messages each participant has sent up to and including this one. Exact, because each entry is
   * made from its very predecessor. Absent in large groups.
   */
  readonly sent?: Readonly<Record<string, number>>
  /**
   * Up to when, in epoch milliseconds, each sender's messages here are paid for at the allowed pace; only those who
   * are ahead of the clock. So a flood is refused by what the send reads and writes anyway.
   */
  readonly paid?: Readonly<Record<string, number>>
  /** The highest turn that was served up to and including this entry; absent until writers first queued. */
  readonly turn?: number
}

export interface StoredSend {
  readonly seq: number
  /** Hash of what was sent under this key. */
  readonly hash: string
}

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
}

export type LogStore = ReturnType<typeof logStore>

export function logStore(table: Table) {
  const { documents, tableName: TableName } = table
  return {
    /**
     * Claims the slot `entry.seq`, which must follow the head that was read: the write itself gives the number,
     * so there are no holes whatever dies. With a `client_message_id` the key is claimed in the same
     * transaction.
     */
    async append(conversation: string, entry: Entry, hash: string): Promise<AppendOutcome> {
      const Item = { ...conversationKeys.entry(conversation, entry.seq), ...toRow(entry) }
      if (entry.clientMessageId === undefined) return await claim(Item, entry)
      try {
        await retryConflicts(() =>
          documents.send(
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

    /** Draws the next turn of a busy conversation. Turns order attempts; what is stored, the slot alone decides. */
    async takeTurn(conversation: string): Promise<number> {
      const { Attributes } = await documents.send(
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

    async entry(conversation: string, seq: number): Promise<Entry | undefined> {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: conversationKeys.entry(conversation, seq), ConsistentRead: true }),
      )
      return Item && toEntry(Item)
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

  async function claim(Item: Row, entry: Entry): Promise<AppendOutcome> {
    try {
      await documents.send(
        new PutCommand({
          TableName,
          Item,
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
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

function toRow(entry: Entry): Row {
  const { clientMessageId, createdAt, ...rest } = entry
  return {
    ...rest,
    created_at: createdAt,
    ...(clientMessageId === undefined ? {} : { client_message_id: clientMessageId }),
  }
}

export function toEntry(row: Row): Entry {
  return {
    kind: 'message',
    id: String(row['id']),
    seq: Number(row['seq']),
    sender: String(row['sender']),
    content: String(row['content']),
    ...(typeof row['metadata'] === 'string' ? { metadata: row['metadata'] } : {}),
    ...(typeof row['client_message_id'] === 'string' ? { clientMessageId: row['client_message_id'] } : {}),
    createdAt: String(row['created_at']),
    ...(row['paid'] ? { paid: row['paid'] as Record<string, number> } : {}),
    ...(typeof row['turn'] === 'number' ? { turn: row['turn'] } : {}),
    ...(row['sent'] ? { sent: row['sent'] as Record<string, number> } : {}),
  }
}

const toStored = (item: unknown): StoredSend => ({
  seq: Number(rawAttribute(item, 'seq')),
  hash: String(rawAttribute(item, 'hash')),
})
