import type {
  Bond,
  ClaimOutcome,
  Group,
  GroupInvitation,
  GroupRequest,
  ListedInvitation,
  NewInvitation,
  ParticipantEntry,
  ReadCursor,
  SendingLimits,
  SentInvitations,
  StoredInvitation,
} from '../model.ts'
import { newConversationRows, ownerUpdate, participantRows } from './conversation-rows.ts'
import { claimSlot } from './entry-rows.ts'
import {
  invitationItems,
  invitationKey,
  pairKey,
  requestKey,
  stepKey,
  toInvitation,
} from './invitation-rows.ts'
import { type ReceivedInvitation, readAllReceived, readReceived } from './received-invitations.ts'
import { countItems, readSent, sentToRow } from './sent-invitations.ts'
import {
  allRows,
  batchGet,
  deleteItem,
  get,
  IF_NEW,
  putItem,
  type Row,
  type Table,
  type TransactItem,
  transact,
} from './table.ts'

/** A group that is created together with its first invitations; its creator is its only participant. */
export interface NewGroup extends Group {
  readonly createdAt: string
  /** The call that creates it, if it can be repeated. */
  readonly request?: GroupRequest
}

export interface InvitationTables extends Table {
  readonly conversationsTable: string
  /** How long an invitation can be answered. */
  readonly lifetimeDays: number
}

export type InvitationStore = ReturnType<typeof invitationStore>

export function invitationStore(table: InvitationTables) {
  const { db, tableName: TableName, conversationsTable, lifetimeDays } = table
  const items = invitationItems(TableName, lifetimeDays)
  return {
    async find(id: string): Promise<StoredInvitation | undefined> {
      const row = await get(table, invitationKey(id))
      return row && toInvitation(row, lifetimeDays)
    },

    /** The invitations that exist among these ids. */
    async findAll(ids: readonly string[]): Promise<ReadonlyMap<string, StoredInvitation>> {
      const rows = await batchGet(table, ids.map(invitationKey))
      return new Map(rows.map((row) => [String(row['id']), toInvitation(row, lifetimeDays)]))
    },

    async bond(a: string, b: string): Promise<Bond | undefined> {
      return (await get(table, pairKey(a, b))) as Bond | undefined
    },

    /** Lets the two users of a conversation begin a new one, unless they have already done so. */
    async unlinkPair(a: string, b: string, conversation: string): Promise<void> {
      await commit([
        deleteItem(TableName, pairKey(a, b), {
          ConditionExpression: 'conversation = :conversation',
          ExpressionAttributeValues: { ':conversation': conversation },
        }),
      ])
    },

    /**
     * Stores a pending invitation. False if the two users have an open invitation or a conversation, or if the limits
     * no longer hold.
     */
    async create(invitation: NewInvitation, limits: SendingLimits): Promise<boolean> {
      return await commit([...countItems(TableName, [invitation], limits), ...items.create(invitation)])
    },

    /**
     * Stores pending invitations to a group, all or none, together with the group itself if it is new. The transaction
     * takes the step after the one that was read. False if another caller has taken that step, if the limits no longer
     * hold, or if the call that creates the group has been made before.
     */
    async createInGroup(
      {
        group,
        step,
        limits,
      }: { readonly group: string; readonly step: number; readonly limits: SendingLimits },
      invitations: readonly NewInvitation[],
      newGroup?: NewGroup,
    ): Promise<boolean> {
      return await commit([
        items.takeStep(group, step),
        ...countItems(TableName, invitations, limits),
        ...invitations.flatMap(items.create),
        ...(newGroup ? groupRows(group, newGroup).map(putRow) : []),
        ...(newGroup?.request ? [items.request(newGroup.request, group)] : []),
      ])
    },

    /** The group that a call has created, and the hash of the call's content. */
    async groupRequested({ user, id }: GroupRequest): Promise<{ group: string; hash: string } | undefined> {
      const row = await get(table, requestKey(user, id))
      return row && { group: String(row['group']), hash: String(row['hash']) }
    },

    /**
     * The unexpired invitations to a group by user, and how many times invitations have been stored for it. `undated`
     * lists those of an older version, which may have expired.
     */
    async openInGroup(group: string, now: number) {
      const { pk, sk } = stepKey(group)
      // The step's row sorts first, so that it cannot be newer than the invitations read after it.
      const rows = await allRows(table, pk)
      const bonds = rows.filter((row) => row['sk'] !== sk)
      const open = bonds.filter(
        ({ expires_at: expiry }) => expiry === undefined || Number(expiry) * 1000 > now,
      )
      return {
        open: new Map(open.map(({ user, invitation }) => [String(user), String(invitation)])),
        undated: open
          .filter(({ expires_at: expiry }) => expiry === undefined)
          .map(({ invitation }) => String(invitation)),
        step: Number(rows.find((row) => row['sk'] === sk)?.['step'] ?? 0),
      }
    },

    /** Accepts an invitation of two users and creates their conversation; false if the invitation had already ended. */
    async accept(invitation: StoredInvitation, conversation: string, now: string): Promise<boolean> {
      return await commit([
        items.end(invitation, 'accepted', conversation),
        items.linkPair(invitation, conversation),
        ...newConversationRows(conversation, [invitation.from, invitation.to], now).map(putRow),
        ...items.unlist(invitation),
      ])
    },

    /**
     * Accepts an invitation to a group: makes the invited user a participant and claims the slot of the entry that
     * records this. `refused` if the invitation had already ended, or if the user is already a participant.
     */
    async acceptInGroup(
      invitation: GroupInvitation,
      entry: ParticipantEntry,
      readCursor: ReadCursor,
    ): Promise<ClaimOutcome> {
      const group = invitation.group.id
      const rows = participantRows(group, invitation.to, entry.createdAt, readCursor, entry.seq)
      return await claimSlot({ db, tableName: conversationsTable }, group, entry, [
        ...acceptance(invitation),
        ...rows.map((row) => putItem(conversationsTable, row, IF_NEW)),
        ...ownerUpdate(conversationsTable, group, entry),
      ])
    },

    /** Accepts an invitation to a user who is already a participant; false if the invitation had already ended. */
    async settleInGroup(invitation: GroupInvitation): Promise<boolean> {
      return await commit(acceptance(invitation))
    },

    /** Rejects or withdraws an invitation; false if it had already ended. */
    async end(invitation: ListedInvitation, status: 'rejected' | 'withdrawn'): Promise<boolean> {
      return await commit([
        items.end(invitation, status),
        items.unlink(invitation),
        ...items.unlist(invitation),
      ])
    },

    /** The invitations that a user has sent. */
    async sentBy(user: string): Promise<SentInvitations> {
      return await readSent(table, user, lifetimeDays)
    },

    /** A page of the invitations that a user has received, newest first. */
    async receivedBy(user: string, limit: number, after?: string): Promise<readonly ReceivedInvitation[]> {
      return await readReceived(table, user, limit, after)
    },

    async allReceivedBy(user: string): Promise<readonly ListedInvitation[]> {
      return await readAllReceived(table, user, lifetimeDays)
    },
  }

  /** An accepted invitation to a group does not limit how often the user can be invited again. */
  function acceptance(invitation: GroupInvitation): TransactItem[] {
    const { from, to, group } = invitation
    return [
      items.end(invitation, 'accepted', group.id),
      items.unlink(invitation),
      ...items.unlist(invitation),
      deleteItem(TableName, sentToRow(from, to, group)),
    ]
  }

  function putRow(row: Row): TransactItem {
    return putItem(conversationsTable, row)
  }

  /** False if the condition of an item failed. */
  async function commit(transaction: readonly TransactItem[]): Promise<boolean> {
    return (await transact(db, transaction)) === undefined
  }
}

const groupRows = (id: string, { createdAt, request: _, ...group }: NewGroup) =>
  newConversationRows(id, [group.creator], createdAt, group)
