import type { Step } from '../../support/documented/scene.ts'

/** An invitation is rejected, and conversations are listed in pages. */
export const listing: readonly Step[] = [
  {
    does: 'cyd invites bob',
    as: 'cyd',
    call: 'invite',
    body: { to_user_id: '$bob' },
    keep: { unwanted: 'invitation_id' },
  },
  {
    does: 'bob rejects',
    as: 'bob',
    call: 'respondToInvitation',
    path: { id: '$unwanted' },
    body: { action: 'reject' },
    tells: [['cyd', { type: 'invitation_rejected', invitation_id: '$unwanted' }]],
  },
  {
    does: 'ada sees the first page of her conversations, newest first',
    as: 'ada',
    call: 'listConversations',
    query: { limit: 1 },
    answer: { conversations: [{ id: '$group', status: 'accepted' }] },
    keep: { page: 'cursor' },
  },
  {
    does: 'ada sees the next page',
    as: 'ada',
    call: 'listConversations',
    query: { limit: 1, cursor: '$page' },
    answer: { conversations: [{ id: '$pair', participant: { id: '$bob' } }] },
  },
]
