import type { ScanCommandInput } from '@aws-sdk/lib-dynamodb'
import type { Row } from '../../../lambdas/stores/table.ts'
import { type Target, TargetError } from '../../target.ts'
import { scanPages } from '../scan.ts'
import { conversationReader } from './conversation-reader.ts'
import type { Line, LineOf } from './line-types.ts'
import { isMarker, lineOfInvitationRow, lineOfUserRow } from './to-lines.ts'

export type ChatTables = ReturnType<typeof chatTables>

/** Sort keys in the partition of a conversation, apart from its log and its sends. */
const CONVERSATION_KEYS = /^(META|PART#.*|LEFT#.*|LOGTURN)$/s

/**
 * Reads the tables of a chat as lines of an export.
 *
 * @param onPage called with each page of a scan
 */
export function chatTables(target: Pick<Target, 'db' | 'tables'>, onPage: () => void = () => undefined) {
  const { db, tables } = target
  return {
    ...conversationReader({ db, tableName: tables.conversations }),

    /** Users and removed users, unordered. A user removed between two pages of the scan counts as removed. */
    async users(): Promise<readonly (LineOf<'user'> | LineOf<'removed_user'>)[]> {
      const lines = await linesOf(tables.users, lineOfUserRow)
      const removed = new Set(lines.filter(({ type }) => type === 'removed_user').map(({ id }) => id))
      return lines.filter(({ type, id }) => type === 'removed_user' || !removed.has(id))
    },

    /** Invitations, pairs and requests, unordered. */
    invitations: () => linesOf(tables.invitations, (row) => lineOfInvitationRow(row, Date.now())),

    /** The ids of all conversations, unordered. Reads the whole table, but receives few of its rows. */
    async conversationIds(): Promise<readonly string[]> {
      const ids: string[] = []
      for await (const row of scan({
        TableName: tables.conversations,
        FilterExpression: 'NOT begins_with(sk, :entry) AND NOT begins_with(sk, :send)',
        ExpressionAttributeValues: { ':entry': 'LOG#', ':send': 'DEDUP#' },
        ProjectionExpression: 'pk, sk, id',
      })) {
        if (!isKnown(row)) throw unknownRow(tables.conversations, row)
        if (row['sk'] === 'META') ids.push(String(row['id']))
      }
      return ids
    },
  }

  async function linesOf<L extends Line>(
    TableName: string,
    toLine: (row: Row) => L | 'copy' | 'unknown',
  ): Promise<readonly L[]> {
    const lines: L[] = []
    for await (const row of scan({ TableName })) {
      if (isMarker(row)) throw unfinished()
      const line = toLine(row)
      if (line === 'unknown') throw unknownRow(TableName, row)
      if (line !== 'copy') lines.push(line)
    }
    return lines
  }

  async function* scan(input: ScanCommandInput): AsyncGenerator<Row, void> {
    for await (const rows of scanPages(target, input)) {
      onPage()
      yield* rows
    }
  }
}

function isKnown(row: Row): boolean {
  const [pk, sk] = [String(row['pk']), String(row['sk'])]
  return pk.startsWith('USER#') ? sk.startsWith('CONV#') : CONVERSATION_KEYS.test(sk)
}

const unfinished = () =>
  new TargetError(
    'An import into this chat has not finished, so part of its data is missing. Repeat the import, then export.',
  )

const unknownRow = (table: string, { pk, sk }: Row) =>
  new TargetError(
    `The table ${table} has a row that this version does not know: ${pk}, ${sk}. ` +
      'Export with the version of admin-chat that is deployed.',
  )
