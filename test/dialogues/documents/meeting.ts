import type { Step } from '../../support/documented/scene.ts'

const pair = { conversation_id: '$pair' }

/** Three people connect, and two of them come together. */
export const meeting: readonly Step[] = [
  { does: 'the chat answers', as: 'nobody', call: 'health', answer: { status: 'ok' } },
  { does: 'nobody sees anything', as: 'nobody', call: 'listInvitations', refusal: 'unauthorized' },
  ...['ada', 'bob', 'cyd'].flatMap((who): Step[] => [
    { does: `${who} connects`, as: who, line: 'opens' },
    {
      does: `${who} authenticates`,
      as: who,
      frame: 'authenticate',
      fields: { token: `$${who}Token` },
      answer: { success: true, user_id: `$${who}` },
    },
  ]),
  {
    does: 'ada finds bob',
    as: 'ada',
    call: 'searchAdmins',
    query: { q: '$bob', limit: 5 },
    answer: { admins: [{ id: '$bob', email: '$bob' }] },
  },
  {
    does: 'ada invites bob',
    as: 'ada',
    call: 'invite',
    body: { to_user_id: '$bob', message: 'shall we?' },
    keep: { invitation: 'invitation_id' },
    tells: [['bob', { type: 'new_invitation', invitation: { id: '$invitation', message: 'shall we?' } }]],
  },
  {
    does: 'ada sees that bob did not answer yet',
    as: 'ada',
    call: 'listConversations',
    answer: { conversations: [{ id: '$invitation', status: 'pending', participant: { id: '$bob' } }] },
  },
  {
    does: 'bob sees who invites him',
    as: 'bob',
    call: 'listInvitations',
    answer: { invitations: [{ id: '$invitation', from_user: { id: '$ada' } }] },
  },
  {
    does: 'bob accepts',
    as: 'bob',
    call: 'respondToInvitation',
    path: { id: '$invitation' },
    body: { action: 'accept' },
    keep: { pair: 'conversation_id' },
    tells: [['ada', { type: 'invitation_accepted', invitation_id: '$invitation', participant_id: '$bob' }]],
  },
  {
    does: 'ada cannot invite him to another one',
    as: 'ada',
    call: 'invite',
    body: { to_user_id: '$bob' },
    refusal: 'conversation_exists',
    answer: pair,
  },
]
