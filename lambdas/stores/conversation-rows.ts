import type { ConversationHead, ConversationTail, Group, Listed, Participant, ReadCursor } from '../model.ts'
import { hourOf } from '../model.ts'
import { conversationKeys, ENTRY_PREFIX, PARTICIPANT_PREFIX } from './conversation-keys.ts'
import { toEntry } from './entry-rows.ts'
import type { Row } from './table.ts'

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

/** The rows that make a user a participant. */
export const participantRows = (
  id: string,
  user: string,
  activeAt: string,
  { readSeq, readOthers }: ReadCursor = { readSeq: 0, readOthers: 0 },
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

export const isEntryRow = (row: Row) => String(row['sk']).startsWith(ENTRY_PREFIX)

export function toHead(id: string, rows: readonly Row[]): ConversationHead | undefined {
  const meta = rows.find(({ sk }) => sk === 'META')
  if (!meta) return undefined
  return {
    id,
    createdAt: String(meta['created_at']),
    participants: toParticipants(rows.filter(({ sk }) => String(sk).startsWith(PARTICIPANT_PREFIX))),
    ...(meta['group'] ? { group: meta['group'] as Group } : {}),
    ...toTail(rows),
  }
}

export function toTail(rows: readonly Row[]): ConversationTail {
  const last = rows.find(isEntryRow)
  return {
    turnsIssued: Number(rows.find(({ sk }) => sk === 'LOGTURN')?.['issued'] ?? 0),
    ...(last ? { last: toEntry(last) } : {}),
  }
}

export const toParticipants = (rows: readonly Row[]): ReadonlyMap<string, Participant> =>
  new Map(rows.map(toParticipant).map((participant) => [participant.user, participant]))

export function toParticipant(row: Row): Participant {
  return {
    user: String(row['user']),
    joined: new Map(Object.entries((row['joined'] ?? {}) as Record<string, number>)),
    readSeq: Number(row['read_seq'] ?? 0),
    readOthers: Number(row['read_others'] ?? 0),
    ...(typeof row['read_at'] === 'string' ? { readAt: row['read_at'] } : {}),
  }
}

/** Rows of an older version have no hour: they count as active at any time. */
export const toListed = (row: Row): Listed => ({
  id: String(row['id']),
  activeHour: Number(row['active'] ?? Number.POSITIVE_INFINITY),
})
