import { conversationKeys } from '../../../lambdas/stores/conversation-keys.ts'
import { toEntry } from '../../../lambdas/stores/entry-rows.ts'
import type { Row } from '../../../lambdas/stores/table.ts'
import type { LineOf, LineType } from './line-types.ts'

/** The key of a row that is in the users table while an import is running. */
export const markerKey = { pk: 'IMPORT', sk: 'IMPORT' }
export const isMarker = ({ pk }: Row) => pk === markerKey.pk

/** The line of a row of the users table; `copy` if an import derives the row from others. */
export function lineOfUserRow(row: Row): LineOf<'user'> | LineOf<'removed_user'> | 'copy' | 'unknown' {
  const [pk, sk] = [String(row['pk']), row['sk']]
  if (pk === 'ROSTER' || pk.startsWith('SEARCH#')) return 'copy'
  const id = after('USER#', pk)
  if (sk === 'REMOVED') return { type: 'removed_user', id }
  if (sk !== 'PROFILE') return 'unknown'
  const names = { firstname: '', lastname: '', email: '', role: '' }
  return line<'user'>({ type: 'user', ...names, ...attributes(row, ['search_terms']), id })
}

/** The line of a row of the invitations table. An open invitation that has expired has none. */
export function lineOfInvitationRow(
  row: Row,
  now: number,
): LineOf<'invitation'> | LineOf<'pair'> | LineOf<'group_request'> | 'copy' | 'unknown' {
  const [pk, sk] = [String(row['pk']), String(row['sk'])]
  if (pk.startsWith('INV#')) {
    if (row['status'] === 'pending' && Number(row['expires_at']) * 1000 <= now) return 'copy'
    return line<'invitation'>({ type: 'invitation', message: '', ...attributes(row) })
  }
  if (pk.startsWith('PAIR#')) {
    // The row of an open invitation follows from the invitation.
    if (row['conversation'] === undefined) return 'copy'
    const users = after('PAIR#', pk).split('#')
    return line<'pair'>({ type: 'pair', users, conversation: row['conversation'] })
  }
  if (pk.startsWith('USER#') && sk.startsWith('REQUEST#')) {
    const ids = { user: after('USER#', pk), client_request_id: after('REQUEST#', sk) }
    return line<'group_request'>({ type: 'group_request', ...ids, ...attributes(row) })
  }
  // Rows of the lists of open invitations, and rows that limit the number of invitations.
  const isCopy = pk.startsWith('GROUP#') || (pk.startsWith('USER#') && /^(RECEIVED|SENT)/.test(sk))
  return isCopy ? 'copy' : 'unknown'
}

/** @param last the newest entry */
export function conversationLine(id: string, meta: Row, last: Row | undefined): LineOf<'conversation'> {
  const { former, ...rest } = attributes(meta)
  return line<'conversation'>({
    type: 'conversation',
    ...rest,
    id,
    updated_at: last?.['created_at'] ?? meta['created_at'],
    last_seq: last?.['seq'] ?? 0,
    ...(former instanceof Set ? { former: [...former].sort() } : {}),
  })
}

/** @param listed the rows in the lists of the participants */
export function participantLine(
  conversation: string,
  row: Row,
  listed: readonly Row[],
): LineOf<'participant'> {
  const { pk } = conversationKeys.listed(String(row['user']), conversation)
  const since = listed.find((one) => one['pk'] === pk)?.['since']
  const kept = Object.entries(attributes(row)).filter(([name]) => !/^joined(_at#|$)/.test(name))
  return line<'participant'>({
    type: 'participant',
    conversation,
    read_seq: 0,
    read_others: 0,
    ...Object.fromEntries(kept),
    ...(since === undefined ? {} : { since }),
  })
}

export const leftLine = (conversation: string, row: Row) =>
  line<'left'>({ type: 'left', conversation, user: after('LEFT#', String(row['sk'])), ...attributes(row) })

/**
 * Attributes of an entry that are not copied into its line. `sent` is converted below. The others are computed again by
 * an import, matter for a second at most, or are no longer read: older versions stored the name of a participant in
 * `person`.
 */
const COMPUTED = ['message_seq', 'change_seq', 'deleted_seq', 'paid', 'turn', 'sent', 'person']

export function entryLine(conversation: string, row: Row): LineOf<'entry'> {
  const { sent } = toEntry(row)
  return line<'entry'>({
    type: 'entry',
    conversation,
    kind: 'message',
    ...attributes(row, COMPUTED),
    ...(sent ? { sent: [...sent].sort(([a], [b]) => (a < b ? -1 : 1)) } : {}),
  })
}

export function sendLine(conversation: string, row: Row): LineOf<'send'> {
  const [sender, client_message_id] = after('DEDUP#', String(row['sk'])).split('#')
  return line<'send'>({ type: 'send', conversation, sender, client_message_id, ...attributes(row) })
}

const after = (prefix: string, text: string) => text.slice(prefix.length)

/** The attributes of a row without its key and without some of them. */
const attributes = (row: Row, without: readonly string[] = []): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !['pk', 'sk', ...without].includes(name)))

/**
 * Returns a line with these attributes, which have the types that our own stores write. Throws if one has a type that
 * JSON does not have, because an import would not restore it.
 */
function line<T extends LineType>(fields: Row): LineOf<T> {
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Set || ArrayBuffer.isView(value)) {
      throw new Error(`the attribute ${name} of a ${fields['type']} cannot be exported`)
    }
  }
  return fields as unknown as LineOf<T>
}
