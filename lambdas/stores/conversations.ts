import { conversationKeys, type Entry, toEntry } from './log.ts'
import { queryRows, type Row, type Table } from './table.ts'

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
}

/** A pair has two participants, its own row, perhaps its turns, and the newest entry: one read unit. */
const PAIR_ROWS = 5
/** The conversation's own row, perhaps its turns, and the newest entry. */
const TAIL_ROWS = 3

const PARTICIPANT = 'PART#'
/** Above every participant's row: `$` follows `#`. */
const ABOVE_PARTICIPANTS = 'PART$'

export type ConversationStore = ReturnType<typeof conversationStore>

export function conversationStore(table: Table) {
  return {
    /**
     * Reads participants, joined connections and the newest entry. Sort keys descend PART# > META > LOGTURN > LOG#, so
     * that one backward query of a few rows meets all that a pair has; a group needs a second step.
     */
    async head(id: string): Promise<ConversationHead | undefined> {
      const rows = await backward(id, ABOVE_PARTICIPANTS, PAIR_ROWS)
      if (rows.some(isEntry) || rows.length < PAIR_ROWS) return toHead(id, rows)
      const lowest = String(rows.at(-1)?.['sk'])
      const [others, tail] = await Promise.all([
        lowest.startsWith(PARTICIPANT) ? participantRows(id, lowest) : [],
        tailRows(id),
      ])
      return toHead(id, [...rows, ...others, ...tail])
    },

    /** What stands at the end of the log, whatever the number of participants: half a read unit or one. */
    async tail(id: string): Promise<ConversationTail> {
      return toTail(await tailRows(id))
    },

    /** The participants as they are now, with who has joined. */
    async participants(id: string): Promise<ReadonlyMap<string, Participant>> {
      return toParticipants(await participantRows(id))
    },

    /** The ids of every conversation of a user. */
    async ofUser(user: string): Promise<readonly string[]> {
      const ids: string[] = []
      for await (const row of queryRows(table, {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': `USER#${user}`, ':prefix': 'CONV#' },
      })) {
        ids.push(String(row['id']))
      }
      return ids
    },
  }

  /** Rows from the end of the log on, newest or highest first, no further than the newest entry. */
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

  async function participantRows(id: string, highest = ABOVE_PARTICIPANTS): Promise<Row[]> {
    const rows: Row[] = []
    for await (const row of queryRows(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :lowest AND :highest',
      ExpressionAttributeValues: {
        ':pk': conversationKeys.partition(id),
        ':lowest': PARTICIPANT,
        ':highest': highest,
      },
    })) {
      rows.push(row)
    }
    return rows
  }
}

/** The rows of a new conversation, for the transaction that makes it. */
export function newConversationRows(id: string, users: readonly string[], createdAt: string): readonly Row[] {
  return [
    { ...conversationKeys.meta(id), id, created_at: createdAt },
    ...users.map((user) => ({
      ...conversationKeys.participant(id, user),
      user,
      joined: {},
      read_seq: 0,
      read_others: 0,
    })),
    ...users.map((user) => ({ pk: `USER#${user}`, sk: `CONV#${id}`, id })),
  ]
}

const isEntry = (row: Row) => String(row['sk']).startsWith('LOG#')

function toHead(id: string, rows: readonly Row[]): ConversationHead | undefined {
  const meta = rows.find(({ sk }) => sk === 'META')
  if (!meta) return undefined
  const participants = rows.filter(({ sk }) => String(sk).startsWith(PARTICIPANT))
  return {
    id,
    createdAt: String(meta['created_at']),
    participants: toParticipants(participants),
    ...toTail(rows),
  }
}

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
