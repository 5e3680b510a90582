import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import {
  conversationKeys,
  ENTRY_PREFIX,
  PARTICIPANT_PREFIX,
} from '../../../lambdas/stores/conversation-keys.ts'
import type { Row } from '../../../lambdas/stores/table.ts'
import type { Target } from '../../target.ts'
import { writeAll } from '../batch-write.ts'
import { isSmokeTitle } from '../smoke/title.ts'

type Tables = Pick<Target, 'db' | 'tables'>

/** Rows that finished runs of `smoke` have left in a chat that contains nothing else. No user can see any of them. */
export interface Remains {
  readonly conversations: readonly Row[]
  readonly invitations: readonly Row[]
}

/**
 * Finds what `smoke` has left behind; resolves with `conversations` or `invitations` if the chat has any that are not
 * left from `smoke`.
 */
export async function findRemains(target: Tables): Promise<Remains | 'conversations' | 'invitations'> {
  const { conversations: logs, invitations: invited } = target.tables
  const conversations = await fewRows(target, logs)
  const groups = groupsLeft(conversations ?? [])
  const partitions = new Set<unknown>([...groups].map(conversationKeys.partition))
  if (!conversations?.every(({ pk }) => partitions.has(pk))) return 'conversations'
  const invitations = await fewRows(target, invited)
  if (!invitations?.every((row) => isLeft(row, groups))) return 'invitations'
  return { conversations, invitations }
}

/**
 * Removes these rows, and the rows with the titles of the groups last, so that the groups are still recognized after an
 * interruption.
 */
export async function removeRemains(target: Tables, { conversations, invitations }: Remains): Promise<void> {
  const { tables } = target
  const remove = (table: string, rows: readonly Row[]) =>
    writeAll(
      target,
      rows.map(({ pk, sk }) => ({ table, remove: { pk, sk } })),
    )
  await remove(tables.invitations, invitations)
  await remove(
    tables.conversations,
    conversations.filter((row) => !isMeta(row)),
  )
  await remove(tables.conversations, conversations.filter(isMeta))
}

/** All rows of a table, unless they fill more than a page: a run leaves about twenty. */
async function fewRows({ db }: Tables, TableName: string): Promise<readonly Row[] | undefined> {
  const { Items = [], LastEvaluatedKey } = await db.send(new ScanCommand({ TableName, ConsistentRead: true }))
  return LastEvaluatedKey ? undefined : (Items as Row[])
}

const isMeta = ({ sk }: Row) => sk === 'META'

/** The groups of `smoke` that have no participant and whose messages were all deleted. */
function groupsLeft(rows: readonly Row[]): ReadonlySet<string> {
  const inUse = new Set(rows.filter(isInUse).map(({ pk }) => pk))
  const left = rows.filter(
    (row) =>
      isMeta(row) && !inUse.has(row['pk']) && isSmokeTitle((row['group'] as Row | undefined)?.['title']),
  )
  return new Set(left.map(({ id }) => String(id)))
}

function isInUse({ sk, kind = 'message', deleted_at }: Row): boolean {
  const isMessage = String(sk).startsWith(ENTRY_PREFIX) && kind === 'message'
  return String(sk).startsWith(PARTICIPANT_PREFIX) || (isMessage && deleted_at === undefined)
}

/** An ended invitation to such a group, the request that created it, or a count that limits invitations. */
function isLeft(row: Row, groups: ReadonlySet<string>): boolean {
  const [pk, sk] = [String(row['pk']), String(row['sk'])]
  if (pk.startsWith('INV#')) {
    return row['status'] !== 'pending' && groups.has(String((row['group'] as Row | undefined)?.['id']))
  }
  if (pk.startsWith('GROUP#')) return sk === 'COUNT' && groups.has(pk.slice('GROUP#'.length))
  if (sk.startsWith('REQUEST#')) return groups.has(String(row['group']))
  return pk.startsWith('USER#') && /^SENT(TO#.*)?$/s.test(sk)
}
