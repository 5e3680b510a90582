import type { InvitationSide, InvitedGroup, StoredInvitation } from '../model.ts'
import { deleteItem, IF_NEW, putItem, type Row, type TransactItem } from './table.ts'

export const invitationKey = (id: string) => ({ pk: `INV#${id}`, sk: 'INV' })
/**
 * One row for each pair of users, in either order: it keeps their invitation and their conversation unique.
 */
export const pairKey = (a: string, b: string) => ({ pk: `PAIR#${[a, b].sort().join('#')}`, sk: 'PAIR' })
/** One row per group and invited user, in the group's partition: it keeps their open invitation unique. */
const groupKey = (group: string, user: string) => ({ pk: `GROUP#${group}`, sk: `INVITED#${user}` })
/**
 * One row per group: storing invitations takes the next step, so that one of two concurrent calls is refused.
 */
export const stepKey = (group: string) => ({ pk: `GROUP#${group}`, sk: 'COUNT' })
/** Open invitations of a user, by side. */
const openKey = (side: InvitationSide, user: string, id: string) => ({
  pk: `USER#${user}`,
  sk: `${side}#${id}`,
})

/** The row that keeps an open invitation unique. */
const bondKey = ({ from, to, group }: StoredInvitation) =>
  group ? groupKey(group.id, to) : pairKey(from, to)

const openKeys = ({ id, from, to }: StoredInvitation) => [
  openKey('RECEIVED', to, id),
  openKey('SENT', from, id),
]

/** Parts of transactions. */
export const invitationItems = (TableName: string) => ({
  /** Stores a pending invitation, unless there already is one for the same users or group. */
  create(invitation: StoredInvitation): TransactItem[] {
    const { id, to } = invitation
    const row = toRow(invitation)
    return [
      putItem(TableName, { ...bondKey(invitation), user: to, invitation: id }, IF_NEW),
      ...[invitationKey(id), ...openKeys(invitation)].map((key) => putItem(TableName, { ...key, ...row })),
    ]
  },

  /** Takes the step after the one that was read. */
  takeStep(group: string, step: number): TransactItem {
    const isAt = { ConditionExpression: 'step = :read', ExpressionAttributeValues: { ':read': step } }
    return putItem(TableName, { ...stepKey(group), step: step + 1 }, step === 0 ? IF_NEW : isAt)
  },

  /** Answers a pending invitation. */
  answer({ id }: StoredInvitation, status: 'accepted' | 'rejected', conversation?: string): TransactItem {
    return {
      Update: {
        TableName,
        Key: invitationKey(id),
        UpdateExpression: `SET #status = :status${conversation ? ', conversation = :conversation' : ''}`,
        ConditionExpression: '#status = :pending',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':status': status,
          ':pending': 'pending',
          ...(conversation ? { ':conversation': conversation } : {}),
        },
      },
    }
  },

  /** Links two users to their conversation instead of their invitation. */
  linkPair({ from, to }: StoredInvitation, conversation: string): TransactItem {
    return putItem(TableName, { ...pairKey(from, to), conversation })
  },

  /** Lets the two users, or the group, invite again. */
  unlink(invitation: StoredInvitation): TransactItem {
    return deleteItem(TableName, bondKey(invitation))
  },

  /** Removes an invitation from the lists of open ones. */
  unlist(invitation: StoredInvitation): TransactItem[] {
    return openKeys(invitation).map((key) => deleteItem(TableName, key))
  },
})

function toRow({ createdAt, ...rest }: StoredInvitation): Row {
  return { ...rest, created_at: createdAt }
}

export function toInvitation(row: Row): StoredInvitation {
  return {
    id: String(row['id']),
    from: String(row['from']),
    to: String(row['to']),
    message: String(row['message'] ?? ''),
    status: row['status'] as StoredInvitation['status'],
    createdAt: String(row['created_at']),
    ...(typeof row['conversation'] === 'string' ? { conversation: row['conversation'] } : {}),
    ...(row['group'] ? { group: row['group'] as InvitedGroup } : {}),
  }
}
