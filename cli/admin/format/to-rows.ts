import { conversationKeys } from '../../../lambdas/stores/conversation-keys.ts'
import { ofUsers } from '../../../lambdas/stores/entry-rows.ts'
import { invitationKey, openRows, pairKey, requestKey } from '../../../lambdas/stores/invitation-rows.ts'
import type { Row } from '../../../lambdas/stores/table.ts'
import { removedRow, userRows } from '../../../lambdas/stores/users.ts'
import type { LineOf } from './line-types.ts'

export function rowsOfUser({ type: _, ...user }: LineOf<'user'>): readonly Row[] {
  const { profile, copies } = userRows(user, user.signed_out_at)
  return [{ ...user, ...profile }, ...copies]
}

export const rowOfRemovedUser = ({ id }: LineOf<'removed_user'>): Row => removedRow(id)

/** The row of a conversation itself. */
export function rowOfConversation({
  type: _,
  updated_at: _updated,
  last_seq: _last,
  former,
  ...rest
}: LineOf<'conversation'>): Row {
  return { ...rest, ...conversationKeys.meta(rest.id), ...(former ? { former: new Set(former) } : {}) }
}

/** @param updatedAt when the conversation was last active */
export function rowsOfParticipant(
  { type: _, conversation, since, ...rest }: LineOf<'participant'>,
  updatedAt: string,
): readonly Row[] {
  const listed = {
    id: conversation,
    active_at: Date.parse(updatedAt),
    ...(since === undefined ? {} : { since }),
  }
  return [
    { joined: {}, ...rest, ...conversationKeys.participant(conversation, rest.user) },
    { ...listed, ...conversationKeys.listed(rest.user, conversation) },
  ]
}

export const rowOfLeft = ({ type: _, conversation, user, ...rest }: LineOf<'left'>): Row => ({
  ...rest,
  ...conversationKeys.departure(conversation, user),
})

/** What a log contains so far, as `nextEntry` notes it in each entry. */
export interface LogNotes {
  readonly messageSeq?: number | undefined
  readonly changeSeq?: number | undefined
  readonly deletedSeq: number
}

/** The row of an entry, and the notes that include this entry. */
export function rowOfEntry(
  { type: _, conversation, sent, ...entry }: LineOf<'entry'>,
  before: LogNotes,
): { readonly row: Row; readonly notes: LogNotes } {
  const { seq, kind } = entry
  const isMessage = kind === 'message'
  const isChange = !isMessage && kind !== 'message_updated'
  const notes: LogNotes = {
    messageSeq: isMessage ? seq : before.messageSeq,
    changeSeq: isChange ? seq : before.changeSeq,
    // Also counts a message that was deleted while its log was exported, although the log lacks the entry about the
    // deletion.
    deletedSeq: entry.deleted_at === undefined ? before.deletedSeq : seq,
  }
  const row = {
    ...entry,
    ...conversationKeys.entry(conversation, seq),
    ...(sent ? { sent: ofUsers(new Map(sent)) } : {}),
    ...(isMessage || notes.messageSeq === undefined ? {} : { message_seq: notes.messageSeq }),
    ...(notes.changeSeq === undefined ? {} : { change_seq: notes.changeSeq }),
    deleted_seq: notes.deletedSeq,
  }
  return { row, notes }
}

export const rowOfSend = ({
  type: _,
  conversation,
  sender,
  client_message_id,
  ...rest
}: LineOf<'send'>): Row => ({
  ...rest,
  ...conversationKeys.send(conversation, sender, client_message_id),
})

export function rowsOfInvitation({ type: _, message, ...rest }: LineOf<'invitation'>): readonly Row[] {
  const own = { ...rest, message, ...invitationKey(rest.id) }
  if (rest.status !== 'pending') return [own]
  const { bond, listed } = openRows(rest)
  return [own, bond, ...listed]
}

export const rowOfPair = ({ users: [a, b], conversation }: LineOf<'pair'>): Row => ({
  ...pairKey(a, b),
  conversation,
})

export const rowOfRequest = ({
  type: _,
  user,
  client_request_id,
  ...rest
}: LineOf<'group_request'>): Row => ({
  ...rest,
  ...requestKey(user, client_request_id),
})
