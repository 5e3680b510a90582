import {
  ABOVE_PARTICIPANTS,
  conversationKeys,
  ENTRY_PREFIX,
} from '../../../lambdas/stores/conversation-keys.ts'
import {
  allRows,
  batchGet,
  collect,
  queryRows,
  type Row,
  rowsWithPrefix,
  type Table,
} from '../../../lambdas/stores/table.ts'
import type { LineOf } from './line-types.ts'
import { conversationLine, entryLine, leftLine, participantLine, sendLine } from './to-lines.ts'

/** A conversation without its log. */
export interface ConversationLines {
  readonly conversation: LineOf<'conversation'>
  readonly participants: readonly LineOf<'participant'>[]
  readonly left: readonly LineOf<'left'>[]
}

interface ConversationRows {
  readonly id: string
  readonly meta: Row
  readonly participants: readonly Row[]
  /** Former participants of a group. */
  readonly left: readonly Row[]
}

/** Reads conversations as lines of an export. */
export function conversationReader(table: Table) {
  return { conversation, entries, sends }

  /**
   * A conversation as of one `seq`: its participants are read before and after the end of the log, until no user has
   * joined or left in between.
   */
  async function conversation(id: string): Promise<ConversationLines | undefined> {
    let before = await read(id)
    for (;;) {
      const last = await lastEntry(id)
      const after = await read(id)
      if (!before || !after) return undefined
      if (membersOf(before) === membersOf(after)) return toLines(before, await listed(before), last)
      before = after
    }
  }

  /**
   * The entries of a log from its start on; earlier entries have expired. The newest entry is always needed: if it has
   * expired, it is included without its text, whether or not the text is still stored.
   */
  async function* entries({
    id,
    first_seq = 1,
    last_seq,
  }: LineOf<'conversation'>): AsyncGenerator<LineOf<'entry'>, void> {
    if (last_seq === 0) return
    const rows = queryRows(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': conversationKeys.partition(id),
        ':first': conversationKeys.entry(id, Math.min(first_seq, last_seq)).sk,
        ':last': conversationKeys.entry(id, last_seq).sk,
      },
    })
    for await (const row of rows)
      yield entryLine(id, Number(row['seq']) < first_seq ? withoutWords(row) : row)
  }

  /** The keys of the sends in a log. */
  async function* sends({
    id,
    first_seq = 1,
    last_seq,
  }: LineOf<'conversation'>): AsyncGenerator<LineOf<'send'>, void> {
    for await (const row of queryRows(table, rowsWithPrefix(conversationKeys.partition(id), 'DEDUP#'))) {
      const line = sendLine(id, row)
      if (line.seq >= first_seq && line.seq <= last_seq) yield line
    }
  }

  async function read(id: string): Promise<ConversationRows | undefined> {
    const pk = conversationKeys.partition(id)
    const rows = queryRows(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :meta AND :above',
      ExpressionAttributeValues: { ':pk': pk, ':meta': 'META', ':above': ABOVE_PARTICIPANTS },
    })
    const [meta, ...participants] = await collect(rows)
    if (meta?.['sk'] !== 'META') return undefined
    const left = meta['group'] ? await allRows(table, pk, 'LEFT#') : []
    return { id, meta, participants, left }
  }

  /** The rows in the lists of the participants. */
  function listed({ id, participants }: ConversationRows): Promise<readonly Row[]> {
    return batchGet(
      table,
      participants.map(({ user }) => conversationKeys.listed(String(user), id)),
    )
  }

  async function lastEntry(id: string): Promise<Row | undefined> {
    const rows = queryRows(table, {
      ...rowsWithPrefix(conversationKeys.partition(id), ENTRY_PREFIX),
      ScanIndexForward: false,
      Limit: 1,
    })
    for await (const row of rows) return row
    return undefined
  }
}

/** An expired entry without its text, in the form that the functions leave behind. */
function withoutWords({ metadata: _metadata, client_message_id: _id, hash_key: _key, ...row }: Row): Row {
  return row['content'] === undefined ? row : { ...row, content: '' }
}

/** What must not change while the end of the log is read. */
function membersOf({ id, meta, participants, left }: ConversationRows): string {
  const conversation = conversationLine(id, meta, undefined)
  const joined = participants.map(({ user, joined_seq }) => [user, joined_seq ?? null])
  return JSON.stringify([conversation, joined, left.map(({ sk, seq }) => [sk, seq])])
}

const toLines = (
  { id, meta, participants, left }: ConversationRows,
  listed: readonly Row[],
  last: Row | undefined,
): ConversationLines => ({
  conversation: conversationLine(id, meta, last),
  participants: participants.map((row) => participantLine(id, row, listed)),
  left: left.map((row) => leftLine(id, row)),
})
