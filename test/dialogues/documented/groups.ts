import type { Step } from '../../support/documented/scene.ts'

const group = { conversation_id: '$group' }

const joins = (user: string): Step => ({
  title: `${user} joins the group on a connection`,
  as: user,
  frame: 'join_conversation',
  fields: group,
  answer: group,
})

/** Ada creates a group; members join, write and leave. */
export const groups: readonly Step[] = [
  {
    title: 'ada creates a group and invites bob',
    as: 'ada',
    call: 'createGroup',
    body: { title: 'Plans', user_ids: ['$bob'] },
    answer: { conversation: { is_group: true, title: 'Plans', participant: null } },
    keep: { group: 'conversation_id', toGroup: 'invitations.0.id' },
    pushes: [['bob', { type: 'new_invitation', invitation: { id: '$toGroup', title: 'Plans', ...group } }]],
  },
  joins('ada'),
  {
    title: 'bob accepts and becomes a participant',
    as: 'bob',
    call: 'respondToInvitation',
    path: { id: '$toGroup' },
    body: { action: 'accept' },
    answer: group,
    pushes: [
      ['ada', { type: 'invitation_accepted', invitation_id: '$toGroup', ...group }],
      ['ada', { type: 'participant_joined', ...group, participant: { id: '$bob' } }],
    ],
  },
  {
    title: 'ada invites cyd too',
    as: 'ada',
    call: 'inviteToGroup',
    path: { id: '$group' },
    body: { user_ids: ['$cyd'] },
    keep: { cydToGroup: 'invitations.0.id' },
    pushes: [['cyd', { type: 'new_invitation', invitation: { id: '$cydToGroup' } }]],
  },
  {
    title: 'cyd accepts and becomes a participant',
    as: 'cyd',
    call: 'respondToInvitation',
    path: { id: '$cydToGroup' },
    body: { action: 'accept' },
    answer: group,
    pushes: [['ada', { type: 'participant_joined', ...group, participant: { id: '$cyd' } }]],
  },
  joins('bob'),
  joins('cyd'),
  {
    title: 'cyd sends a message to the group',
    as: 'cyd',
    frame: 'send_message',
    fields: { ...group, message: { content: 'hello, both' } },
    pushes: [
      ['ada', { type: 'new_message', ...group }],
      ['bob', { type: 'new_message', ...group }],
    ],
  },
  {
    title: 'cyd leaves the conversation on the connection',
    as: 'cyd',
    frame: 'leave_conversation',
    fields: group,
    answer: group,
  },
  {
    title: 'ada sends a message, and cyd receives an update of the list',
    as: 'ada',
    frame: 'send_message',
    fields: { ...group, message: { content: 'are you there?' } },
    pushes: [['cyd', { type: 'conversation_updated', ...group, unread_count: 1 }]],
  },
  {
    title: 'bob leaves the group',
    as: 'bob',
    call: 'leaveGroup',
    path: { id: '$group' },
    pushes: [['ada', { type: 'participant_left', ...group, participant: { id: '$bob' } }]],
  },
  {
    title: 'bob can no longer read the group',
    as: 'bob',
    call: 'listMessages',
    path: { id: '$group' },
    error: 'not_found',
  },
]
