import type { Step } from '../../support/documented/scene.ts'

/** A user rejects an invitation, and another lists conversations page by page. */
export const lists: readonly Step[] = [
  {
    title: 'cyd invites bob',
    as: 'cyd',
    call: 'invite',
    body: { to_user_id: '$bob' },
    keep: { unwanted: 'invitation_id' },
  },
  {
    title: 'bob rejects the invitation',
    as: 'bob',
    call: 'respondToInvitation',
    path: { id: '$unwanted' },
    body: { action: 'reject' },
    pushes: [['cyd', { type: 'invitation_rejected', invitation_id: '$unwanted' }]],
  },
  {
    title: 'ada lists the first page of conversations, newest activity first',
    as: 'ada',
    call: 'listConversations',
    query: { limit: 1 },
    answer: { conversations: [{ id: '$group', status: 'accepted' }] },
    keep: { page: 'cursor' },
  },
  {
    title: 'ada lists the next page',
    as: 'ada',
    call: 'listConversations',
    query: { limit: 1, cursor: '$page' },
    answer: { conversations: [{ id: '$pair', participant: { id: '$bob' } }] },
  },
]
