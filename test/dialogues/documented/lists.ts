import type { Step } from '../../support/documented/scene.ts'

/** A user rejects an invitation, another one is withdrawn, and lists are read page by page. */
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
    pushes: [
      ['cyd', { type: 'invitation_rejected', invitation_id: '$unwanted' }],
      ['bob', { type: 'invitation_answered', invitation_id: '$unwanted', status: 'rejected' }],
    ],
  },
  {
    title: 'cyd invites bob again',
    as: 'cyd',
    call: 'invite',
    body: { to_user_id: '$bob' },
    answer: { invitation: { from_user: { id: '$cyd' }, to_user: { id: '$bob' } } },
    keep: { again: 'invitation_id' },
    pushes: [['cyd', { type: 'invitation_sent', invitation: { id: '$again', to_user: { id: '$bob' } } }]],
  },
  {
    title: 'bob lists the first page of invitations',
    as: 'bob',
    call: 'listInvitations',
    query: { limit: 1 },
    answer: { invitations: [{ id: '$again', fromUser: { id: '$cyd' } }] },
  },
  {
    title: 'cyd withdraws the invitation',
    as: 'cyd',
    call: 'withdrawInvitation',
    path: { id: '$again' },
    pushes: [
      ['bob', { type: 'invitation_withdrawn', invitation_id: '$again' }],
      ['cyd', { type: 'invitation_withdrawn', invitation_id: '$again' }],
    ],
  },
  {
    title: 'bob can no longer accept it',
    as: 'bob',
    call: 'respondToInvitation',
    path: { id: '$again' },
    body: { action: 'accept' },
    error: 'not_found',
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
