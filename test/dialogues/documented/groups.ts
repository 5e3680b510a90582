import type { Step } from '../../support/documented/scene.ts'

const group = { conversation_id: '$group' }

const joins = (user: string): Step => ({
  title: `${user} joins the group on a connection`,
  as: user,
  frame: 'join_conversation',
  fields: group,
  answer: group,
})

/** Ada creates a group; members join, write, leave, own it and are removed. */
export const groups: readonly Step[] = [
  {
    title: 'ada creates a group and invites bob',
    as: 'ada',
    call: 'createGroup',
    body: { title: 'Plans', user_ids: ['$bob'], client_request_id: 'plans' },
    answer: {
      conversation: { is_group: true, title: 'Plans', owner_id: '$ada', participant: { firstname: 'Plans' } },
    },
    keep: { group: 'conversation_id', toGroup: 'invitations.0.id' },
    pushes: [
      ['ada', { type: 'conversation_added', conversation: { id: '$group', owner_id: '$ada' } }],
      ['bob', { type: 'new_invitation', invitation: { id: '$toGroup', title: 'Plans', ...group } }],
    ],
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
      ['bob', { type: 'conversation_added', conversation: { id: '$group' } }],
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
    title: 'ada lists the open invitations to the group',
    as: 'ada',
    call: 'listGroupInvitations',
    path: { id: '$group' },
    answer: { invitations: [{ id: '$cydToGroup', to_user: { id: '$cyd' } }] },
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
    title: 'ada makes cyd the owner',
    as: 'ada',
    call: 'setOwner',
    path: { id: '$group' },
    body: { user_id: '$cyd' },
    answer: { owner_id: '$cyd' },
    pushes: [['cyd', { type: 'owner_changed', ...group, owner_id: '$cyd', participant: { id: '$cyd' } }]],
  },
  {
    title: 'cyd removes bob',
    as: 'cyd',
    call: 'removeParticipant',
    path: { id: '$group', user_id: '$bob' },
    pushes: [
      ['ada', { type: 'participant_left', ...group, removed_by: '$cyd', participant: { id: '$bob' } }],
      ['bob', { type: 'conversation_removed', ...group }],
    ],
  },
  {
    title: 'bob can no longer read the group',
    as: 'bob',
    call: 'listMessages',
    path: { id: '$group' },
    error: 'not_found',
  },
  {
    title: 'cyd leaves the group, and ada owns it again',
    as: 'cyd',
    call: 'leaveGroup',
    path: { id: '$group' },
    pushes: [
      ['ada', { type: 'participant_left', ...group, owner_id: '$ada', participant: { id: '$cyd' } }],
      ['cyd', { type: 'conversation_removed', ...group }],
    ],
  },
]
