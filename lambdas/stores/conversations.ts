import type { ConversationHead, ConversationTail, Listed, LogStart, Participant } from '../model.ts'
import {
  ABOVE_PARTICIPANTS,
  conversationKeys,
  conversationOf,
  ENTRY_PREFIX,
  LISTED_PREFIX,
  PARTICIPANT_PREFIX,
} from './conversation-keys.ts'
import {
  isEntryRow,
  LISTED_ATTRIBUTES,
  startUpdate,
  toHead,
  toListed,
  toNote,
  toParticipant,
  toParticipants,
  toStart,
  toTail,
} from './conversation-rows.ts'
import {
  batchGet,
  collect,
  get,
  IF_EXISTS,
  queryRows,
  type Row,
  rowsWithPrefix,
  type Table,
  update,
} from './table.ts'

/**
 * Rows of a small conversation: four participants, the conversation itself and the newest entry, or fewer participants
 * and the turns. Reading them takes one read unit if messages are no longer than a kilobyte.
 */
const SMALL_ROWS = 6
/** The conversation itself, its turns if there are any, and the newest entry. */
const TAIL_ROWS = 3
/** The most entries that may be written while the rows of one query are read. */
const CONCURRENT_ENTRIES = 8

export type ConversationStore = ReturnType<typeof conversationStore>

export function conversationStore(table: Table) {
  return {
    /**
     * Reads participants, joined connections and the newest entry. Sort keys descend PART# > META > LOGTURN >
     * LOG#, so one backward query of a few rows covers a conversation of two or a small group. For a larger
     * group the end of the log is read first, so that a user who has left by then is not among the
     * participants read after it. A query is not a snapshot: if participants or the owner have just changed, a
     * small group is read in that order as well.
     */
    async head(id: string): Promise<ConversationHead | undefined> {
      const rows = await backward(id, ABOVE_PARTICIPANTS, SMALL_ROWS)
      if (rows.some(isEntryRow) || rows.length < SMALL_ROWS) {
        const head = toHead(id, rows)
        if (!head || !haveParticipantsJustChanged(head)) return head
      }
      const tail = await tailRows(id)
      return toHead(id, [...(await rowsFrom(id, conversationKeys.meta(id).sk)), ...tail])
    },

    /** The end of the log. Reading it takes half a read unit or one, however many participants there are. */
    async tail(id: string): Promise<ConversationTail> {
      return toTail(await tailRows(id))
    },

    /** Where the visible part of each log begins, and when each conversation was created. */
    async starts(
      ids: Iterable<string>,
    ): Promise<ReadonlyMap<string, Pick<ConversationHead, 'start' | 'createdAt'>>> {
      const rows = await batchGet(table, [...ids].map(conversationKeys.meta))
      return new Map(
        rows.map((row) => [conversationOf(row), { createdAt: String(row['created_at']), ...toStart(row) }]),
      )
    },

    /** Moves the start of a log forward. Resolves with the start that is stored afterwards, which may be later. */
    async moveStart(id: string, start: LogStart): Promise<LogStart> {
      if (await update(table, startUpdate(id, start))) return start
      return toStart(await get(table, conversationKeys.meta(id))).start ?? start
    },

    /** The current participants with their joined connections. */
    async participants(id: string): Promise<ReadonlyMap<string, Participant>> {
      return toParticipants(await rowsFrom(id, PARTICIPANT_PREFIX))
    },

    async participant(id: string, user: string): Promise<Participant | undefined> {
      const row = await get(table, conversationKeys.participant(id, user))
      return row && toParticipant(row)
    },

    /** Those of the conversations in which a user participates. */
    async participatingIn(user: string, ids: Iterable<string>): Promise<ReadonlySet<string>> {
      const keys = [...ids].map((id) => conversationKeys.participant(id, user))
      return new Set((await batchGet(table, keys)).map(conversationOf))
    },

    /** Every conversation of a user, unordered. */
    async ofUser(user: string): Promise<readonly Listed[]> {
      const rows = queryRows(table, {
        ...rowsWithPrefix(`USER#${user}`, LISTED_PREFIX),
        ProjectionExpression: LISTED_ATTRIBUTES,
      })
      return (await collect(rows)).map(toListed)
    },

    /** A conversation in a user's list. */
    async listed(user: string, id: string): Promise<Listed | undefined> {
      const row = await get(table, conversationKeys.listed(user, id))
      return row && toListed(row)
    },

    /** Records in a user's list that a conversation is active at a time; called before the entry is written. */
    async listAsActive(user: string, id: string, at: number): Promise<void> {
      await update(table, {
        Key: conversationKeys.listed(user, id),
        UpdateExpression: 'SET active_at = :at REMOVE active',
        ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(active_at) OR active_at < :at)',
        ExpressionAttributeValues: { ':at': at },
      })
    },

    /**
     * Notes in a user's list when a conversation was last active. The note becomes invalid when the conversation is
     * listed as active again, even if that has happened between the read of the row and this write.
     *
     * @param at ISO 8601
     */
    async noteLastActivity(user: string, listed: Listed, at: string): Promise<void> {
      await update(table, {
        Key: conversationKeys.listed(user, listed.id),
        UpdateExpression: 'SET last_activity = :last',
        ...IF_EXISTS,
        ExpressionAttributeValues: { ':last': toNote(listed, at) },
      })
    },

    /**
     * Moves a read cursor forward and resolves with the participant as it was before. Resolves with undefined
     * if the cursor is already there or further, or if the user has left.
     */
    async markRead(
      id: string,
      user: string,
      { readSeq, readOthers, readAt }: Pick<Participant, 'readSeq' | 'readOthers' | 'readAt'>,
    ): Promise<Participant | undefined> {
      const before = await update(table, {
        Key: conversationKeys.participant(id, user),
        UpdateExpression: 'SET read_seq = :seq, read_others = :others, read_at = :at',
        ConditionExpression: 'read_seq < :seq',
        ExpressionAttributeValues: { ':seq': readSeq, ':others': readOthers, ':at': readAt },
        ReturnValues: 'ALL_OLD',
      })
      return before && toParticipant(before)
    },
  }

  /** At most `limit` rows from `highest` down to the newest entry. */
  async function backward(id: string, highest: string, limit: number): Promise<Row[]> {
    const rows: Row[] = []
    for await (const row of queryRows(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :log AND :highest',
      ExpressionAttributeValues: {
        ':pk': conversationKeys.partition(id),
        ':log': ENTRY_PREFIX,
        ':highest': highest,
      },
      ScanIndexForward: false,
      Limit: limit,
    })) {
      rows.push(row)
      if (rows.length === limit || isEntryRow(row)) break
    }
    return rows
  }

  function tailRows(id: string): Promise<Row[]> {
    return backward(id, conversationKeys.meta(id).sk, TAIL_ROWS)
  }

  /** Every row from a sort key up to the last participant's. */
  async function rowsFrom(id: string, lowest: string): Promise<readonly Row[]> {
    return await collect(
      queryRows(table, {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :lowest AND :highest',
        ExpressionAttributeValues: {
          ':pk': conversationKeys.partition(id),
          ':lowest': lowest,
          ':highest': ABOVE_PARTICIPANTS,
        },
      }),
    )
  }
}

const haveParticipantsJustChanged = ({ last }: ConversationHead) =>
  last?.changeSeq !== undefined && last.seq - last.changeSeq < CONCURRENT_ENTRIES
