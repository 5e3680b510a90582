import type {
  GroupRequest,
  InvitedGroup,
  ListedInvitation,
  NewInvitation,
  StoredInvitation,
} from '../model.ts'
import { deleteItem, IF_NEW, putItem, type Row, type TransactItem } from './table.ts'

const DAY_SECONDS = 86_400

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
/** Remains for good, so that a call to create a group can be repeated at any time. */
export const requestKey = (user: string, id: string) => ({ pk: `USER#${user}`, sk: `REQUEST#${id}` })

/** The row that keeps an open invitation unique. */
const bondKey = ({ from, to, group }: Pick<ListedInvitation, 'from' | 'to' | 'group'>) =>
  group ? groupKey(group.id, to) : pairKey(from, to)

/** Where the open invitations of a user are listed, by their time. Older versions listed them by their id. */
const listKeys = ({ id, from, to, createdAt, isListedById }: Omit<ListedInvitation, 'expiresAt'>) => {
  const position = isListedById ? `#${id}` : `@${createdAt}#${id}`
  return [
    { pk: `USER#${to}`, sk: `RECEIVED${position}` },
    { pk: `USER#${from}`, sk: `SENT${position}` },
  ]
}

/**
 * The rows that an open invitation has besides its own: the one that keeps it unique, and those that list it.
 *
 * @param row its own row without the key and the text
 */
export function openRows(row: Row): { readonly bond: Row; readonly listed: readonly Row[] } {
  const invitation = toListed(row, 0)
  const { id, to } = invitation
  const expiry = row['expires_at'] === undefined ? {} : { expires_at: row['expires_at'] }
  return {
    bond: { ...bondKey(invitation), user: to, invitation: id, ...expiry },
    listed: listKeys(invitation).map((key) => ({ ...key, ...row })),
  }
}

/** Parts of transactions. */
export const invitationItems = (TableName: string, lifetimeDays: number) => ({
  /**
   * Stores a pending invitation, unless the two users already have an unexpired invitation or a conversation, or the
   * user already has an unexpired invitation to the group.
   */
  create(invitation: NewInvitation): TransactItem[] {
    const { id, to, createdAt, message, ...rest } = invitation
    const nowSeconds = Math.floor(Date.parse(createdAt) / 1000)
    // DynamoDB removes expired rows at some later time; nothing relies on it.
    const expires_at = nowSeconds + lifetimeDays * DAY_SECONDS
    const row = { ...rest, id, to, created_at: createdAt, expires_at }
    const { bond, listed } = openRows(row)
    return [
      putItem(TableName, bond, {
        ConditionExpression: `${IF_NEW.ConditionExpression} OR expires_at <= :now`,
        ExpressionAttributeValues: { ':now': nowSeconds },
      }),
      // A repeated call uses the same id: an invitation that has ended since stays ended.
      putItem(TableName, { ...invitationKey(id), ...row, message }, IF_NEW),
      ...listed.map((listedRow) => putItem(TableName, listedRow)),
    ]
  },

  /** Takes the step after the one that was read. */
  takeStep(group: string, step: number): TransactItem {
    const isAt = { ConditionExpression: 'step = :read', ExpressionAttributeValues: { ':read': step } }
    return putItem(TableName, { ...stepKey(group), step: step + 1 }, step === 0 ? IF_NEW : isAt)
  },

  /** Claims the key of a call that creates a group. */
  request({ user, id, hash }: GroupRequest, group: string): TransactItem {
    return putItem(TableName, { ...requestKey(user, id), group, hash }, IF_NEW)
  },

  /** Ends a pending invitation. The row stays, so that the request that ended it can be repeated. */
  end(
    { id }: ListedInvitation,
    status: Exclude<StoredInvitation['status'], 'pending'>,
    conversation?: string,
  ): TransactItem {
    return {
      Update: {
        TableName,
        Key: invitationKey(id),
        UpdateExpression: `SET #status = :status${conversation ? ', conversation = :conversation' : ''} REMOVE expires_at`,
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
  linkPair({ id, from, to }: ListedInvitation, conversation: string): TransactItem {
    return putItem(TableName, { ...pairKey(from, to), conversation }, ifBondOf(id))
  },

  /** Allows another invitation between the two users, or to the group. */
  unlink(invitation: ListedInvitation): TransactItem {
    return deleteItem(TableName, bondKey(invitation), ifBondOf(invitation.id))
  },

  /** Removes an invitation from the lists of open ones. */
  unlist(invitation: ListedInvitation): TransactItem[] {
    return listKeys(invitation).map((key) => deleteItem(TableName, key))
  },
})

/** Condition: the row still belongs to this invitation. If it has expired, a later one may have replaced it. */
const ifBondOf = (id: string) => ({
  ConditionExpression: 'invitation = :id',
  ExpressionAttributeValues: { ':id': id },
})

/** Rows of an older version do not say when they expire. */
export function toListed(row: Row, lifetimeDays: number): ListedInvitation {
  const createdAt = String(row['created_at'])
  const isOld = row['expires_at'] === undefined
  return {
    id: String(row['id']),
    from: String(row['from']),
    to: String(row['to']),
    createdAt,
    expiresAt: isOld
      ? Date.parse(createdAt) + lifetimeDays * DAY_SECONDS * 1000
      : Number(row['expires_at']) * 1000,
    ...(row['group'] ? { group: row['group'] as InvitedGroup } : {}),
    ...(isOld ? { isListedById: true } : {}),
  }
}

export const toInvitation = (row: Row, lifetimeDays: number): StoredInvitation => ({
  ...toListed(row, lifetimeDays),
  message: String(row['message'] ?? ''),
  status: row['status'] as StoredInvitation['status'],
  ...(typeof row['conversation'] === 'string' ? { conversation: row['conversation'] } : {}),
})
