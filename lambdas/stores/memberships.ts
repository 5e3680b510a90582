import type { ClaimOutcome, ParticipantEntry } from '../model.ts'
import { conversationKeys } from './conversation-keys.ts'
import { ownerUpdate } from './conversation-rows.ts'
import { claimSlot } from './entry-rows.ts'
import { deleteItem, get, IF_EXISTS, putItem, type Table, transact } from './table.ts'

export type MembershipStore = ReturnType<typeof membershipStore>

/** Ends participations and changes owners. New participants are stored with the invitations that they accept. */
export function membershipStore(table: Table) {
  const { db, tableName: TableName } = table
  return {
    /**
     * Removes the sender of the entry from the participants, stores the owner that follows from it, and claims the slot
     * of the entry. `refused` if the sender is not a participant.
     */
    async leave(conversation: string, entry: ParticipantEntry): Promise<ClaimOutcome> {
      const { sender, seq } = entry
      return await claimSlot(table, conversation, entry, [
        deleteItem(TableName, conversationKeys.participant(conversation, sender), IF_EXISTS),
        deleteItem(TableName, conversationKeys.listed(sender, conversation)),
        putItem(TableName, { ...conversationKeys.departure(conversation, sender), seq }),
        ...ownerUpdate(TableName, conversation, entry),
      ])
    },

    /** Whether a user is a former participant of a group. */
    async hasLeft(conversation: string, user: string): Promise<boolean> {
      return (await get(table, conversationKeys.departure(conversation, user))) !== undefined
    },

    /** Stores the owner that an entry names, and claims the slot of the entry. */
    async changeOwner(conversation: string, entry: ParticipantEntry): Promise<ClaimOutcome> {
      return await claimSlot(table, conversation, entry, ownerUpdate(TableName, conversation, entry))
    },

    /** Makes a participant of a pair a former one, without an entry. Does nothing if repeated. */
    async retire(conversation: string, user: string): Promise<void> {
      await transact(db, [
        deleteItem(TableName, conversationKeys.participant(conversation, user)),
        deleteItem(TableName, conversationKeys.listed(user, conversation)),
        {
          Update: {
            TableName,
            Key: conversationKeys.meta(conversation),
            UpdateExpression: 'ADD former :users',
            ...IF_EXISTS,
            ExpressionAttributeValues: { ':users': new Set([user]) },
          },
        },
      ])
    },
  }
}
