import type { ClaimOutcome, Participant, ParticipantEntry } from '../model.ts'
import { conversationKeys } from './conversation-keys.ts'
import { ownerUpdate } from './conversation-rows.ts'
import { claimSlot } from './entry-rows.ts'
import { deleteItem, get, IF_EXISTS, putItem, type Table, type TransactItem, transact } from './table.ts'

type Participants = ReadonlyMap<string, Participant>

export type MembershipStore = ReturnType<typeof membershipStore>

/** Ends participations and changes owners. New participants are stored with the invitations that they accept. */
export function membershipStore(table: Table) {
  const { db, tableName: TableName } = table
  return {
    /**
     * Removes the sender of the entry from the participants, stores the owner that the entry names, if any, and claims
     * the slot of the entry. `refused` if the sender is not a participant, or if the sender's read cursor has moved
     * since the participants were read.
     *
     * @param before the participants that were read
     */
    async leave(conversation: string, entry: ParticipantEntry, before: Participants): Promise<ClaimOutcome> {
      const { sender, seq } = entry
      return await claimSlot(table, conversation, entry, [
        ...removal(conversation, sender, before),
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

    /**
     * Makes a participant of a pair a former one, without an entry. False if the conversation is no longer listed for
     * the user, or if the participants are not as they were read.
     *
     * @param before the participants that were read
     */
    async retire(conversation: string, user: string, before: Participants): Promise<boolean> {
      const failed = await transact(db, [
        ...removal(conversation, user, before),
        deleteItem(TableName, conversationKeys.listed(user, conversation), IF_EXISTS),
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
      return failed === undefined
    },
  }

  /**
   * Deletes the row of a participant. If one other participant remains, the row of that participant keeps the read
   * cursor of the one who leaves. The condition makes sure that the cursor has not moved since it was read.
   */
  function removal(conversation: string, user: string, before: Participants): readonly TransactItem[] {
    const key = conversationKeys.participant(conversation, user)
    const leaving = before.get(user)
    const [other, ...more] = [...before.keys()].filter((id) => id !== user)
    if (!leaving || other === undefined || more.length > 0) return [deleteItem(TableName, key, IF_EXISTS)]
    const { readSeq: read_seq, readAt: read_at } = leaving
    return [
      deleteItem(TableName, key, {
        ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(read_seq) OR read_seq = :seq)',
        ExpressionAttributeValues: { ':seq': read_seq },
      }),
      {
        Update: {
          TableName,
          Key: conversationKeys.participant(conversation, other),
          UpdateExpression: 'SET last_other = :cursor',
          ...IF_EXISTS,
          ExpressionAttributeValues: {
            ':cursor': read_at === undefined ? { read_seq } : { read_seq, read_at },
          },
        },
      },
    ]
  }
}
