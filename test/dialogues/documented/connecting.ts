import type { Step } from '../../support/documented/scene.ts'

const pair = { conversation_id: '$pair' }

/** Three users connect, and two of them start a conversation. */
export const connecting: readonly Step[] = [
  { title: 'the chat is healthy', as: 'anonymous', call: 'health', answer: { status: 'ok' } },
  {
    title: 'a caller without a token is refused',
    as: 'anonymous',
    call: 'listInvitations',
    error: 'unauthorized',
  },
  ...['ada', 'bob', 'cyd'].flatMap((user): Step[] => [
    { title: `${user} connects`, as: user, connection: 'opens' },
    {
      title: `${user} authenticates`,
      as: user,
      frame: 'authenticate',
      fields: { token: `$${user}Token` },
      answer: { success: true, user_id: `$${user}` },
    },
  ]),
  {
    title: 'ada finds bob',
    as: 'ada',
    call: 'searchAdmins',
    query: { q: '$bob', limit: 5 },
    answer: { admins: [{ id: '$bob', email: '$bob' }] },
  },
  {
    title: 'ada invites bob',
    as: 'ada',
    call: 'invite',
    body: { to_user_id: '$bob', message: 'shall we?' },
    keep: { invitation: 'invitation_id' },
    pushes: [['bob', { type: 'new_invitation', invitation: { id: '$invitation', message: 'shall we?' } }]],
  },
  {
    title: 'ada lists the pending invitation',
    as: 'ada',
    call: 'listConversations',
    answer: { conversations: [{ id: '$invitation', status: 'pending', participant: { id: '$bob' } }] },
  },
  {
    title: 'bob lists the invitation with its sender',
    as: 'bob',
    call: 'listInvitations',
    answer: { invitations: [{ id: '$invitation', from_user: { id: '$ada' } }] },
  },
  {
    title: 'bob accepts',
    as: 'bob',
    call: 'respondToInvitation',
    path: { id: '$invitation' },
    body: { action: 'accept' },
    keep: { pair: 'conversation_id' },
    pushes: [['ada', { type: 'invitation_accepted', invitation_id: '$invitation', participant_id: '$bob' }]],
  },
  {
    title: 'ada cannot invite bob to a second conversation',
    as: 'ada',
    call: 'invite',
    body: { to_user_id: '$bob' },
    error: 'conversation_exists',
    answer: pair,
  },
]
