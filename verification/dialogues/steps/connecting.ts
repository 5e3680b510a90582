import type { Step } from '../scene.ts'

const pair = { conversation_id: '$pair' }

/** Users connect and authenticate. */
export const connecting = (users: readonly string[]): readonly Step[] => [
  {
    title: 'the chat is healthy',
    rule: 'REST-7',
    as: 'anonymous',
    call: 'health',
    answer: { status: 'ok' },
  },
  {
    title: 'a caller without a token is refused',
    rule: 'REST-1',
    as: 'anonymous',
    call: 'listInvitations',
    error: 'unauthorized',
  },
  ...users.flatMap((user): Step[] => [
    {
      title: `${user} connects`,
      rule: 'CONN-1',
      as: user,
      connection: 'opens',
    },
    {
      title: `${user} authenticates`,
      rule: 'AUTH-1',
      as: user,
      frame: 'authenticate',
      fields: { token: `$${user}Token` },
      answer: { success: true, user_id: `$${user}` },
    },
  ]),
]

/** Ada and Bob start a conversation. */
export const startingPair: readonly Step[] = [
  {
    title: 'ada finds bob',
    rule: 'SEARCH-1',
    as: 'ada',
    call: 'searchAdmins',
    query: { q: '$bob', limit: 5 },
    answer: { admins: [{ id: '$bob', email: '$bob' }] },
  },
  {
    title: 'ada invites bob',
    rule: 'INV-1',
    as: 'ada',
    call: 'invite',
    body: { to_user_id: '$bob', message: 'shall we?' },
    keep: { invitation: 'invitation_id' },
    pushes: [['bob', { type: 'new_invitation', invitation: { id: '$invitation', message: 'shall we?' } }]],
  },
  {
    title: 'ada lists the pending invitation',
    rule: 'REST-6',
    as: 'ada',
    call: 'listConversations',
    answer: { conversations: [{ id: '$invitation', status: 'pending', participant: { id: '$bob' } }] },
  },
  {
    title: 'bob lists the invitation with its sender',
    rule: 'INV-9',
    as: 'bob',
    call: 'listInvitations',
    answer: { invitations: [{ id: '$invitation', from_user: { id: '$ada' } }] },
  },
  {
    title: 'bob accepts',
    rule: 'INV-4',
    as: 'bob',
    call: 'respondToInvitation',
    path: { id: '$invitation' },
    body: { action: 'accept' },
    keep: { pair: 'conversation_id' },
    pushes: [['ada', { type: 'invitation_accepted', invitation_id: '$invitation', participant_id: '$bob' }]],
  },
  {
    title: 'ada cannot invite bob to a second conversation',
    rule: 'INV-8',
    as: 'ada',
    call: 'invite',
    body: { to_user_id: '$bob' },
    error: 'conversation_exists',
    answer: pair,
  },
  {
    title: 'cyd cannot read the conversation of ada and bob',
    rule: 'REST-5',
    as: 'cyd',
    call: 'listMessages',
    path: { id: '$pair' },
    error: 'not_found',
  },
]
