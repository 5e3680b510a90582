import type {
  Bond,
  ClaimOutcome,
  Group,
  GroupInvitation,
  InvitationSide,
  ParticipantEntry,
  ReadCursor,
  StoredInvitation,
} from '../model.ts'
import { newConversationRows, participantRows } from './conversation-rows.ts'
import { claimSlot } from './entry-rows.ts'
import { invitationItems, invitationKey, pairKey, stepKey, toInvitation } from './invitation-rows.ts'
import { allRows, get, IF_NEW, putItem, type Row, type Table, type TransactItem, transact } from './table.ts'

/** A group that is created together with its first invitations; its creator is its only participant. */
export interface NewGroup extends Group {
  readonly createdAt: string
}

export type InvitationStore = ReturnType<typeof invitationStore>

export function invitationStore(table: Table & { readonly conversationsTable: string }) {
  const { db, tableName: TableName, conversationsTable } = table
  const items = invitationItems(TableName)
  return {
    async find(id: string): Promise<StoredInvitation | undefined> {
      const row = await get(table, invitationKey(id))
      return row && toInvitation(row)
    },

    async bond(a: string, b: string): Promise<Bond | undefined> {
      return (await get(table, pairKey(a, b))) as Bond | undefined
    },

    /** Stores a pending invitation; false if the two users have an open invitation or a conversation. */
    async create(invitation: StoredInvitation): Promise<boolean> {
      return await commit(items.create(invitation))
    },

    /**
     * Stores pending invitations to a group, all or none, together with the group itself if it is new. They
     * take the step after the one that was read. False if another caller has taken that step.
     */
    async createInGroup(
      { group, step }: { readonly group: string; readonly step: number },
      invitations: readonly StoredInvitation[],
      newGroup?: NewGroup,
    ): Promise<boolean> {
      return await commit([
        items.takeStep(group, step),
        ...invitations.flatMap(items.create),
        ...(newGroup ? groupRows(group, newGroup).map(putRow) : []),
      ])
    },

    /** The open invitations to a group by user, and how many times invitations have been stored for it. */
    async openInGroup(group: string) {
      const { pk, sk } = stepKey(group)
      // The step's row sorts first, so that it cannot be newer than the invitations read after it.
      const rows = await allRows(table, pk)
      const open = rows.filter((row) => row['sk'] !== sk)
      return {
        open: new Map(open.map(({ user, invitation }) => [String(user), String(invitation)])),
        step: Number(rows.find((row) => row['sk'] === sk)?.['step'] ?? 0),
      }
    },

    /** Accepts an invitation between two users and creates their conversation; false if it was answered before. */
    async accept(invitation: StoredInvitation, conversation: string, now: string): Promise<boolean> {
      return await commit([
        items.answer(invitation, 'accepted', conversation),
        items.linkPair(invitation, conversation),
        ...newConversationRows(conversation, [invitation.from, invitation.to], now).map(putRow),
        ...items.unlist(invitation),
      ])
    },

    /**
     * Accepts an invitation to a group: makes the invited user a participant and claims the slot of the entry that
     * records it. `refused` if the invitation was answered before, or the user is a participant.
     */
    async acceptInGroup(
      invitation: GroupInvitation,
      entry: ParticipantEntry,
      readCursor: ReadCursor,
    ): Promise<ClaimOutcome> {
      const group = invitation.group.id
      const rows = participantRows(group, invitation.to, entry.createdAt, readCursor)
      return await claimSlot({ db, tableName: conversationsTable }, group, entry, [
        ...acceptance(invitation),
        ...rows.map((row) => putItem(conversationsTable, row, IF_NEW)),
      ])
    },

    /** Accepts an invitation to a user who is already a participant; false if it was answered before. */
    async settleInGroup(invitation: GroupInvitation): Promise<boolean> {
      return await commit(acceptance(invitation))
    },

    /** False if the invitation was answered before. */
    async reject(invitation: StoredInvitation): Promise<boolean> {
      return await commit([
        items.answer(invitation, 'rejected'),
        items.unlink(invitation),
        ...items.unlist(invitation),
      ])
    },

    /** Open invitations that a user has received or sent, oldest first. */
    async open(side: InvitationSide, user: string): Promise<readonly StoredInvitation[]> {
      const invitations = (await allRows(table, `USER#${user}`, `${side}#`)).map(toInvitation)
      return invitations.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
    },
  }

  function acceptance(invitation: GroupInvitation): TransactItem[] {
    return [
      items.answer(invitation, 'accepted', invitation.group.id),
      items.unlink(invitation),
      ...items.unlist(invitation),
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

const groupRows = (id: string, { createdAt, ...group }: NewGroup) =>
  newConversationRows(id, [group.creator], createdAt, group)
