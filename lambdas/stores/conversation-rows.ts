import type {
  ConversationHead,
  ConversationTail,
  Group,
  Listed,
  LogStart,
  Participant,
  ParticipantEntry,
  ReadCursor,
} from '../model.ts'
import { endOfHour } from '../model.ts'
import { conversationKeys, ENTRY_PREFIX, LISTED_PREFIX, PARTICIPANT_PREFIX } from './conversation-keys.ts'
import { ofUsers, toEntry, toUserMap } from './entry-rows.ts'
import { IF_EXISTS, type Row, type TransactItem } from './table.ts'

/** The rows of a new conversation. */
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

/**
 * The rows that make a user a participant.
 *
 * @param since when the user becomes a participant, ISO 8601
 * @param joinedSeq `seq` of the entry that records it, if there is one
 */
export const participantRows = (
  id: string,
  user: string,
  since: string,
  { readSeq, readOthers }: ReadCursor = { readSeq: 0, readOthers: 0 },
  joinedSeq?: number,
): readonly Row[] => [
  {
    ...conversationKeys.participant(id, user),
    user,
    joined: {},
    read_seq: readSeq,
    read_others: readOthers,
    ...(joinedSeq === undefined ? {} : { joined_seq: joinedSeq }),
  },
  { ...conversationKeys.listed(user, id), id, active_at: Date.parse(since), since },
]

/** Part of a transaction: stores the owner of a group, if an entry changes it. */
export const ownerUpdate = (
  TableName: string,
  conversation: string,
  { owner }: Pick<ParticipantEntry, 'owner'>,
): readonly TransactItem[] =>
  owner === undefined
    ? []
    : [
        {
          Update: {
            TableName,
            Key: conversationKeys.meta(conversation),
            UpdateExpression: 'SET #owner = :owner',
            ...IF_EXISTS,
            ExpressionAttributeNames: { '#owner': 'owner' },
            ExpressionAttributeValues: { ':owner': owner },
          },
        },
      ]

export const isEntryRow = (row: Row) => String(row['sk']).startsWith(ENTRY_PREFIX)

export function toHead(id: string, rows: readonly Row[]): ConversationHead | undefined {
  const meta = rows.find(({ sk }) => sk === 'META')
  if (!meta) return undefined
  return {
    id,
    createdAt: String(meta['created_at']),
    participants: toParticipants(rows.filter(({ sk }) => String(sk).startsWith(PARTICIPANT_PREFIX))),
    ...(meta['group'] ? { group: toGroup(meta) } : {}),
    ...(meta['former'] ? { former: meta['former'] as ReadonlySet<string> } : {}),
    ...toTail(rows),
  }
}

/** The owner has an attribute of its own, so that an update need not read the rest. */
const toGroup = ({ group, owner }: Row): Group => ({
  ...(group as Group),
  ...(typeof owner === 'string' ? { owner } : {}),
})

export function toTail(rows: readonly Row[]): ConversationTail {
  const last = rows.find(isEntryRow)
  return {
    ...toStart(rows.find(({ sk }) => sk === 'META')),
    turnsIssued: Number(rows.find(({ sk }) => sk === 'LOGTURN')?.['issued'] ?? 0),
    ...(last ? { last: toEntry(last) } : {}),
  }
}

/** The start of a log, from the row of its conversation. */
export function toStart(meta: Row | undefined): Pick<ConversationTail, 'start'> {
  if (meta?.['first_seq'] === undefined) return {}
  const sent = meta['first_sent']
  return {
    start: {
      seq: Number(meta['first_seq']),
      // An import may bring a start without its time: then the start is due, and the next reader stores the time.
      since: String(meta['first_since'] ?? meta['created_at']),
      ...(sent === undefined ? {} : { sent: toUserMap(sent) }),
    },
  }
}

/** Moves the start of a log forward, never back. */
export const startUpdate = (conversation: string, { seq, since, sent }: LogStart) => ({
  Key: conversationKeys.meta(conversation),
  UpdateExpression: `SET first_seq = :seq, first_since = :since${sent ? ', first_sent = :sent' : ' REMOVE first_sent'}`,
  ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(first_seq) OR first_seq <= :seq)',
  ExpressionAttributeValues: { ':seq': seq, ':since': since, ...(sent && { ':sent': ofUsers(sent) }) },
})

export const toParticipants = (rows: readonly Row[]): ReadonlyMap<string, Participant> =>
  new Map(rows.map(toParticipant).map((participant) => [participant.user, participant]))

export function toParticipant(row: Row): Participant {
  const lastOther = row['last_other'] as Row | undefined
  return {
    user: String(row['user']),
    joined: new Map(Object.entries((row['joined'] ?? {}) as Record<string, number>)),
    ...toCursor(row),
    readOthers: Number(row['read_others'] ?? 0),
    ...(row['joined_seq'] === undefined ? {} : { joinedSeq: Number(row['joined_seq']) }),
    ...(lastOther ? { lastOther: toCursor(lastOther) } : {}),
  }
}

const toCursor = (row: Row) => ({
  readSeq: Number(row['read_seq'] ?? 0),
  ...(typeof row['read_at'] === 'string' ? { readAt: row['read_at'] } : {}),
})

/** A note of the last activity, in one attribute, because a list reads many of them. */
export const toNote = ({ listedAt }: Listed, at: string) => `${listedAt} ${at}`

/** The attributes that `toListed` reads. */
export const LISTED_ATTRIBUTES = 'sk, active, active_at, last_activity, since'

/**
 * The noted time of the last activity counts only if the conversation has not been listed as active since the row was
 * read for the note. Rows of an older version have only the hour (since the epoch) in which they were listed, and the
 * oldest rows do not even have that.
 */
export function toListed(row: Row): Listed {
  const hour = row['active'] === undefined ? 0 : endOfHour(Number(row['active']) * 3_600_000) - 1
  const listedAt = Math.max(Number(row['active_at'] ?? 0), hour)
  const [notedFor, lastAt] = String(row['last_activity'] ?? '').split(' ')
  return {
    id: String(row['sk']).slice(LISTED_PREFIX.length),
    listedAt,
    ...(lastAt !== undefined && Number(notedFor) === listedAt ? { lastAt } : {}),
    ...(typeof row['since'] === 'string' ? { since: row['since'] } : {}),
  }
}
