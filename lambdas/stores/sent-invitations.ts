import type { InvitationKind, NewInvitation, SendingLimits, SentInvitations } from '../model.ts'
import { toListed } from './invitation-rows.ts'
import { allRows, IF_NEW, putItem, type Table, type TransactItem } from './table.ts'

/**
 * The prefix of the sort keys of all rows about the invitations that a user has sent. The key of the counts is the
 * prefix itself, so a query reads them before the rows that they count.
 */
const SENT = 'SENT'
/** The sort key of the row that says when the latest invitations to one user, or to one user and group, were sent. */
const sentToKey = (to: string, group?: { readonly id: string }) =>
  `${SENT}TO#${to}${group ? `#${group.id}` : ''}`

/** How many of the latest times are kept for each user, or each user and group. */
const MAX_TIMES = 3
/** How long the times are kept. After that, they limit nothing. */
const SENT_TO_TTL_SECONDS = 86_400

/** The parts of a transaction that count the invitations that it stores. All are from one user and of the same kind. */
export function countItems(
  TableName: string,
  invitations: readonly NewInvitation[],
  { maxSent, sentTo }: SendingLimits,
): readonly TransactItem[] {
  const [first] = invitations
  if (!first) return []
  const pk = `USER#${first.from}`
  const kind: InvitationKind = first.group ? 'groups' : 'pairs'
  const count: TransactItem = {
    Update: {
      TableName,
      Key: { pk, sk: SENT },
      UpdateExpression: 'ADD #kind :count',
      ConditionExpression: 'attribute_not_exists(#kind) OR #kind <= :max',
      ExpressionAttributeNames: { '#kind': kind },
      ExpressionAttributeValues: { ':count': invitations.length, ':max': maxSent },
    },
  }
  return [count, ...invitations.map(recordTime)]

  function recordTime({ to, group, createdAt }: NewInvitation): TransactItem {
    const read = sentTo({ to, ...(group ? { group } : {}) })
    const time = Date.parse(createdAt)
    const times = [...read, time].slice(-MAX_TIMES)
    const expires_at = Math.ceil(time / 1000) + SENT_TO_TTL_SECONDS
    return putItem(
      TableName,
      { pk, sk: sentToKey(to, group), times, latest: times.at(-1), expires_at },
      {
        ConditionExpression: `${IF_NEW.ConditionExpression} OR latest = :read`,
        ExpressionAttributeValues: { ':read': read.at(-1) ?? 0 },
      },
    )
  }
}

/** The key of the row that limits how often one user can invite another to one group. */
export const sentToRow = (from: string, to: string, group: { readonly id: string }) => ({
  pk: `USER#${from}`,
  sk: sentToKey(to, group),
})

/** All invitations that a user has sent, in one query. */
export async function readSent(table: Table, user: string, lifetimeDays: number): Promise<SentInvitations> {
  const rows = await allRows(table, `USER#${user}`, SENT)
  const counts = rows.find(({ sk }) => sk === SENT)
  const timesByKey = new Map(rows.map((row) => [row['sk'], row['times'] as readonly number[] | undefined]))
  return {
    listed: rows.filter(({ id }) => id !== undefined).map((row) => toListed(row, lifetimeDays)),
    sent: { pairs: Number(counts?.['pairs'] ?? 0), groups: Number(counts?.['groups'] ?? 0) },
    sentTo: ({ to, group }) => timesByKey.get(sentToKey(to, group)) ?? [],
  }
}
