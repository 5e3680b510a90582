import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { conversationKeys, type Entry, toEntry } from './log.ts'
import { queryRows, type Row, type Table, updateIf } from './table.ts'

/** A participant and, on the same row, the connections with which they joined: who is removed is deaf at once. */
export interface Participant {
  readonly user: string
  /** Connection id to when its token expires, epoch milliseconds. */
  readonly joined: ReadonlyMap<string, number>
  /** The read cursor: everything up to this `seq` is read. */
  readonly readSeq: number
  /** How many messages of others stand up to the cursor. */
  readonly readOthers: number
  /** When the cursor last moved, ISO 8601. */
  readonly readAt?: string
}

/** What stands at the end of a conversation's log. */
export interface ConversationTail {
  /** The newest entry. */
  readonly last?: Entry
  /** How many turns were ever drawn; 0 where writers never met. */
  readonly turnsIssued: number
}

/** What a send must know of a conversation, read with strong consistency. */
export interface ConversationHead extends ConversationTail {
  readonly id: string
  /** ISO 8601. */
  readonly createdAt: string
  readonly participants: ReadonlyMap<string, Participant>
  /** Absent for a pair. */
  readonly group?: Group
}

/** A conversation in a user's list. */
export interface Listed {
  readonly id: string
  /** Its last activity was in this hour since the epoch, or in an earlier one. */
  readonly activeHour: number
}

/** What makes a conversation a group. */
export interface Group {
  /** Who made it, and may invite others. */
  readonly creator: string
  readonly title?: string
}

/**
 * Four participants, the conversation's own row and the newest entry; a pair's turns and a few entries more fit in. One read
 * unit where messages are no longer than a kilobyte.
 */
const SMALL_ROWS = 6
/** The conversation's own row, perhaps its turns, and the newest entry. */
const TAIL_ROWS = 3

const PARTICIPANT = 'PART#'
/** Above every participant's row: `$` follows `#`. */
const ABOVE_PARTICIPANTS = 'PART$'

export type ConversationStore = ReturnType<typeof conversationStore>

export function conversationStore(table: Table) {
  const { db, tableName: TableName } = table
  return {
    /**
     * Reads participants, joined connections and the newest entry. Sort keys descend PART# > META > LOGTURN > LOG#, so
     * that one backward query of a few rows meets all that a pair or a small group has. Of a larger one the end of the log
     * is read first: who has left by then is not among the participants that are read after it. A query is no snapshot:
     * where somebody has just come or gone a small group is read in that order as well.
     */
    async head(id: string): Promise<ConversationHead | undefined> {
      const rows = await backward(id, ABOVE_PARTICIPANTS, SMALL_ROWS)
      if (rows.some(isEntry) || rows.length < SMALL_ROWS) {
        const head = toHead(id, rows)
        if (!head || !hasJustChanged(head)) return head
      }
      const tail = await tailRows(id)
      return toHead(id, [...(await participantsOf(id)), ...tail])
    },

    /** What stands at the end of the log, whatever the number of participants: half a read unit or one. */
    async tail(id: string): Promise<ConversationTail> {
      return toTail(await tailRows(id))
    },

    /** The participants as they are now, with who has joined. */
    async participants(id: string): Promise<ReadonlyMap<string, Participant>> {
      return toParticipants(await participantsOf(id))
    },

    /** Every conversation of a user, in no order. */
    async ofUser(user: string): Promise<readonly Listed[]> {
      const listed: Listed[] = []
      for await (const row of queryRows(table, {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': `USER#${user}`, ':prefix': 'CONV#' },
      })) {
        listed.push({ id: String(row['id']), activeHour: Number(row['active'] ?? Number.POSITIVE_INFINITY) })
      }
      return listed
    },

    /** Notes in a user's list that a conversation is active in an hour, before it is. */
    async listAsActive(user: string, id: string, hour: number): Promise<void> {
      await updateIf(
        table,
        new UpdateCommand({
          TableName,
          Key: conversationKeys.listed(user, id),
          UpdateExpression: 'SET active = :hour',
          ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(active) OR active < :hour)',
          ExpressionAttributeValues: { ':hour': hour },
        }),
      )
    },

    /**
     * Moves a read cursor forward and resolves with how it stood; undefined if it stands there or further already, or its
     * user has left.
     */
    async markRead(
      id: string,
      user: string,
      { readSeq, readOthers, readAt }: Pick<Participant, 'readSeq' | 'readOthers' | 'readAt'>,
    ): Promise<Participant | undefined> {
      const before = await updateIf(
        table,
        new UpdateCommand({
          TableName,
          Key: conversationKeys.participant(id, user),
          UpdateExpression: 'SET read_seq = :seq, read_others = :others, read_at = :at',
          ConditionExpression: 'read_seq < :seq',
          ExpressionAttributeValues: { ':seq': readSeq, ':others': readOthers, ':at': readAt },
          ReturnValues: 'ALL_OLD',
        }),
      )
      return before && toParticipant(before)
    },

    /** One participant as they are now. */
    async participant(id: string, user: string): Promise<Participant | undefined> {
      const Key = conversationKeys.participant(id, user)
      const { Item } = await db.send(new GetCommand({ TableName, Key, ConsistentRead: true }))
      return Item && toParticipant(Item)
    },
  }

  /** Rows from `highest` down to the newest entry, `most` of them at most. */
  async function backward(id: string, highest: string, most: number): Promise<Row[]> {
    const rows: Row[] = []
    for await (const row of queryRows(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :log AND :highest',
      ExpressionAttributeValues: {
        ':pk': conversationKeys.partition(id),
        ':log': 'LOG#',
        ':highest': highest,
      },
      ScanIndexForward: false,
      Limit: most,
    })) {
      rows.push(row)
      if (rows.length === most || isEntry(row)) break
    }
    return rows
  }

  function tailRows(id: string): Promise<Row[]> {
    return backward(id, conversationKeys.meta(id).sk, TAIL_ROWS)
  }

  async function participantsOf(id: string): Promise<Row[]> {
    const rows: Row[] = []
    for await (const row of queryRows(table, {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': conversationKeys.partition(id), ':prefix': PARTICIPANT },
    })) {
      rows.push(row)
    }
    return rows
  }
}

/** The rows of a new conversation, for the transaction that makes it. */
export function newConversationRows(
  id: string,
  users: readonly string[],
  createdAt: string,
  group?: Group,
): readonly Row[] {
  return [
    { ...conversationKeys.meta(id), id, created_at: createdAt, ...(group ? { group } : {}) },
    ...users.flatMap((user) => participantRows(id, user, createdAt)),
  ]
}

/** The rows that make a user a participant, who has read everything up to a place. */
export const participantRows = (
  id: string,
  user: string,
  activeAt: string,
  { readSeq, readOthers }: Pick<Participant, 'readSeq' | 'readOthers'> = { readSeq: 0, readOthers: 0 },
): readonly Row[] => [
  {
    ...conversationKeys.participant(id, user),
    user,
    joined: {},
    read_seq: readSeq,
    read_others: readOthers,
  },
  { ...conversationKeys.listed(user, id), id, active: hourOf(activeAt) },
]

/** Hours since the epoch of an ISO 8601 time. */
export const hourOf = (at: string) => Math.floor(Date.parse(at) / 3_600_000)

const isEntry = (row: Row) => String(row['sk']).startsWith('LOG#')

function toHead(id: string, rows: readonly Row[]): ConversationHead | undefined {
  const meta = rows.find(({ sk }) => sk === 'META')
  if (!meta) return undefined
  const participants = rows.filter(({ sk }) => String(sk).startsWith(PARTICIPANT))
  return {
    id,
    createdAt: String(meta['created_at']),
    participants: toParticipants(participants),
    ...(meta['group'] ? { group: meta['group'] as Group } : {}),
    ...toTail(rows),
  }
}

/** So many entries may be written while the rows of one query are read. */
const MEANWHILE = 8

const hasJustChanged = ({ last }: ConversationHead) =>
  last?.changeSeq !== undefined && last.seq - last.changeSeq < MEANWHILE

function toTail(rows: readonly Row[]): ConversationTail {
  const last = rows.find(isEntry)
  return {
    turnsIssued: Number(rows.find(({ sk }) => sk === 'LOGTURN')?.['issued'] ?? 0),
    ...(last ? { last: toEntry(last) } : {}),
  }
}

const toParticipants = (rows: readonly Row[]): ReadonlyMap<string, Participant> =>
  new Map(rows.map(toParticipant).map((participant) => [participant.user, participant]))

function toParticipant(row: Row): Participant {
  return {
    user: String(row['user']),
    joined: new Map(Object.entries((row['joined'] ?? {}) as Record<string, number>)),
    readSeq: Number(row['read_seq'] ?? 0),
    readOthers: Number(row['read_others'] ?? 0),
    ...(typeof row['read_at'] === 'string' ? { readAt: row['read_at'] } : {}),
  }
}
