import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb'
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

/** What one strongly consistent query tells of a conversation. */
export interface ConversationHead {
  readonly id: string
  /** ISO 8601. */
  readonly createdAt: string
  readonly participants: ReadonlyMap<string, Participant>
  /** The newest entry of its log. */
  readonly last?: Entry
  /** How many turns were ever drawn; 0 where writers never met. */
  readonly turnsIssued: number
}

/** A pair has two participants, its own row, perhaps its turns, and the newest entry: one read unit. */
const PAIR_ROWS = 5

export type ConversationStore = ReturnType<typeof conversationStore>

export function conversationStore(table: Table) {
  const { documents, tableName: TableName } = table
  return {
    /**
     * Reads participants, joined connections and the newest entry at once. Sort keys descend
     * PART# > META > LOGTURN > LOG#, so that one backward query meets them in this order and stops.
     */
    async head(id: string): Promise<ConversationHead | undefined> {
      const rows: Row[] = []
      let from: QueryCommandInput['ExclusiveStartKey']
      do {
        const page = await documents.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk AND sk >= :log',
            ExpressionAttributeValues: { ':pk': conversationKeys.partition(id), ':log': 'LOG#' },
            ScanIndexForward: false,
            ConsistentRead: true,
            Limit: from === undefined ? PAIR_ROWS : 100,
            ...(from === undefined ? {} : { ExclusiveStartKey: from }),
          }),
        )
        rows.push(...((page.Items ?? []) as Row[]))
        from = page.LastEvaluatedKey
      } while (from !== undefined && !rows.some(isEntry))
      return toHead(id, rows)
    },

    /** The participants as they are now, with who has joined. */
    async participants(id: string): Promise<ReadonlyMap<string, Participant>> {
      const participants = new Map<string, Participant>()
      for await (const row of queryRows(table, {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': conversationKeys.partition(id), ':prefix': 'PART#' },
      })) {
        const participant = toParticipant(row)
        participants.set(participant.user, participant)
      }
      return participants
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
  const last = rows.find(isEntry)
  const participants = rows.filter(({ sk }) => String(sk).startsWith('PART#')).map(toParticipant)
  return {
    id,
    createdAt: String(meta['created_at']),
    turnsIssued: Number(rows.find(({ sk }) => sk === 'LOGTURN')?.['issued'] ?? 0),
    participants: new Map(participants.map((participant) => [participant.user, participant])),
    ...(last ? { last: toEntry(last) } : {}),
  }
}

function toParticipant(row: Row): Participant {
  return {
    user: String(row['user']),
    joined: new Map(Object.entries((row['joined'] ?? {}) as Record<string, number>)),
    readSeq: Number(row['read_seq'] ?? 0),
    readOthers: Number(row['read_others'] ?? 0),
    ...(typeof row['read_at'] === 'string' ? { readAt: row['read_at'] } : {}),
  }
}
