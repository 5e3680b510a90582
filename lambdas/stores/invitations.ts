import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { newConversationRows } from './conversations.ts'
import {
  cancellationReasons,
  failedCondition,
  queryRows,
  type Row,
  retryConflicts,
  type Table,
  type TransactItem,
} from './table.ts'

export interface StoredInvitation {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly message: string
  readonly status: 'pending' | 'accepted' | 'rejected'
  /** ISO 8601. */
  readonly createdAt: string
  /** Of an accepted one. */
  readonly conversation?: string
  /** Of an invitation to a group that stands already. */
  readonly group?: InvitedGroup
}

/** The group that somebody is invited to, and its title at the time. */
export interface InvitedGroup {
  readonly id: string
  readonly title?: string
}

/** The open invitations to a group, user to invitation, and after how many steps of inviting. */
export interface OpenInGroup {
  readonly open: ReadonlyMap<string, string>
  readonly step: number
}

/** What stands between two users: an open invitation, or their conversation. */
export type Bond = { readonly invitation: string } | { readonly conversation: string }

const invitationKey = (id: string) => ({ pk: `INV#${id}`, sk: 'INV' })
/** One row per two users, whoever comes first: it makes a pair's invitation and conversation unique. */
const pairKey = (a: string, b: string) => ({ pk: `PAIR#${[a, b].sort().join('#')}`, sk: 'PAIR' })
/** One row per group and invited user, in the group's partition: it makes their open invitation unique. */
const groupKey = (group: string, user: string) => ({ pk: `GROUP#${group}`, sk: `INVITED#${user}` })
/** One row per group: whoever invites takes the next step, so that of two who do at once the second looks again. */
const stepKey = (group: string) => ({ pk: `GROUP#${group}`, sk: 'COUNT' })
/** What an open invitation stands on. */
const bondKey = ({ from, to, group }: StoredInvitation) =>
  group ? groupKey(group.id, to) : pairKey(from, to)
/** Open invitations of a user, as their receiver or their sender. */
const openKey = (side: Side, user: string, id: string) => ({ pk: `USER#${user}`, sk: `${side}#${id}` })
type Side = 'RECEIVED' | 'SENT'

export type InvitationStore = ReturnType<typeof invitationStore>

export function invitationStore(table: Table & { readonly conversationsTable: string }) {
  const { db, tableName: TableName, conversationsTable } = table
  return {
    async find(id: string): Promise<StoredInvitation | undefined> {
      const { Item } = await db.send(
        new GetCommand({ TableName, Key: invitationKey(id), ConsistentRead: true }),
      )
      return Item && toInvitation(Item)
    },

    async bond(a: string, b: string): Promise<Bond | undefined> {
      const { Item } = await db.send(
        new GetCommand({ TableName, Key: pairKey(a, b), ConsistentRead: true }),
      )
      return Item as Bond | undefined
    },

    /** Stores a pending invitation unless something stands between the two already. */
    async create(invitation: StoredInvitation): Promise<boolean> {
      return await transact(newInvitation(invitation))
    },

    /**
     * Stores pending invitations to a group, all of them or none, as the step after the one that was read; with the rows of
     * the group itself, where it is new. False if somebody has taken that step meanwhile.
     */
    async createInGroup(
      { group, step }: { readonly group: string; readonly step: number },
      invitations: readonly StoredInvitation[],
      groupRows: readonly Row[] = [],
    ): Promise<boolean> {
      const count = {
        Put: {
          TableName,
          Item: { ...stepKey(group), step: step + 1 },
          ConditionExpression: step === 0 ? 'attribute_not_exists(pk)' : 'step = :read',
          ...(step === 0 ? {} : { ExpressionAttributeValues: { ':read': step } }),
        },
      }
      const rows = groupRows.map((Item) => ({ Put: { TableName: conversationsTable, Item } }))
      return await transact([count, ...invitations.flatMap(newInvitation), ...rows])
    },

    /** The open invitations to a group, who is invited by which, and how many steps of inviting led there. */
    async openInGroup(group: string): Promise<OpenInGroup> {
      const open = new Map<string, string>()
      let step = 0
      // The step comes first, so that it cannot be newer than what stands after it.
      for await (const row of queryRows(table, {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': stepKey(group).pk },
      })) {
        if (row['sk'] === stepKey(group).sk) step = Number(row['step'])
        else open.set(String(row['user']), String(row['invitation']))
      }
      return { open, step }
    },

    /** The parts of a transaction that accept an invitation to a group, with the rows of its new participant. */
    acceptanceInGroup(invitation: StoredInvitation, rows: readonly Row[]): readonly TransactItem[] {
      return [
        ...accepted(invitation),
        ...rows.map((Item) => ({
          Put: { TableName: conversationsTable, Item, ConditionExpression: 'attribute_not_exists(pk)' },
        })),
      ]
    },

    /** Accepts for who is a participant already and must not be made one anew; false if it was answered before. */
    async settleInGroup(invitation: StoredInvitation): Promise<boolean> {
      return await transact(accepted(invitation))
    },

    /** Makes the conversation; false if the invitation was answered before. */
    async accept(invitation: StoredInvitation, conversation: string, now: string): Promise<boolean> {
      return await transact([
        answer(invitation, 'accepted', conversation),
        {
          Put: {
            TableName,
            Item: { ...pairKey(invitation.from, invitation.to), conversation },
          },
        },
        ...newConversationRows(conversation, [invitation.from, invitation.to], now).map((Item) => ({
          Put: { TableName: conversationsTable, Item },
        })),
        ...noLongerOpen(invitation),
      ])
    },

    /** False if the invitation was answered before. */
    async reject(invitation: StoredInvitation): Promise<boolean> {
      return await transact([
        answer(invitation, 'rejected'),
        { Delete: { TableName, Key: bondKey(invitation) } },
        ...noLongerOpen(invitation),
      ])
    },

    /** Open invitations that a user received or sent, oldest first. */
    async open(side: Side, user: string): Promise<readonly StoredInvitation[]> {
      const invitations: StoredInvitation[] = []
      for await (const row of queryRows(table, {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': `USER#${user}`, ':prefix': `${side}#` },
      })) {
        invitations.push(toInvitation(row))
      }
      return invitations.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
    },
  }

  function newInvitation(invitation: StoredInvitation) {
    const { id, from, to } = invitation
    const row = toRow(invitation)
    return [
      {
        Put: {
          TableName,
          Item: { ...bondKey(invitation), user: to, invitation: id },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      ...[invitationKey(id), openKey('RECEIVED', to, id), openKey('SENT', from, id)].map((key) => ({
        Put: { TableName, Item: { ...key, ...row } },
      })),
    ]
  }

  function accepted(invitation: StoredInvitation): TransactItem[] {
    return [
      answer(invitation, 'accepted', invitation.group?.id),
      { Delete: { TableName, Key: bondKey(invitation) } },
      ...noLongerOpen(invitation),
    ]
  }

  function answer(invitation: StoredInvitation, status: 'accepted' | 'rejected', conversation?: string) {
    return {
      Update: {
        TableName,
        Key: invitationKey(invitation.id),
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
  }

  function noLongerOpen({ id, from, to }: StoredInvitation) {
    return [openKey('RECEIVED', to, id), openKey('SENT', from, id)].map((Key) => ({
      Delete: { TableName, Key },
    }))
  }

  /** Runs it; false if the condition of an item failed. */
  async function transact(TransactItems: TransactItem[]): Promise<boolean> {
    try {
      await retryConflicts(() => db.send(new TransactWriteCommand({ TransactItems })))
      return true
    } catch (error) {
      if (cancellationReasons(error)?.some(failedCondition)) return false
      throw error
    }
  }
}

function toRow({ createdAt, ...rest }: StoredInvitation): Row {
  return { ...rest, created_at: createdAt }
}

function toInvitation(row: Row): StoredInvitation {
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
