import type { Step } from '../scene.ts'

const group = { conversation_id: '$group' }

const joins = (user: string): Step => ({
  title: `${user} joins the group on a connection`,
  rule: 'JOIN-1',
  as: user,
  frame: 'join_conversation',
  fields: group,
  answer: group,
})

/** Ada creates a group, and Bob becomes a participant. Its log then has one entry. */
export const startingGroup: readonly Step[] = [
  {
    title: 'ada creates a group and invites bob',
    rule: 'GROUP-1',
    as: 'ada',
    call: 'createGroup',
    body: { title: '$title', user_ids: ['$bob'], client_request_id: '$run' },
    answer: {
      conversation: {
        is_group: true,
        title: '$title',
        owner_id: '$ada',
        participant: { firstname: '$title' },
      },
    },
    keep: { group: 'conversation_id', toGroup: 'invitations.0.id' },
    pushes: [
      ['ada', { type: 'conversation_added', conversation: { id: '$group', owner_id: '$ada' } }],
      ['bob', { type: 'new_invitation', invitation: { id: '$toGroup', title: '$title', ...group } }],
    ],
  },
  joins('ada'),
  {
    title: 'bob accepts and becomes a participant',
    rule: 'GROUP-3',
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
]

/** Participants join the group, write in it, leave it, become its owner, and are removed from it. */
export const groups: readonly Step[] = [
  {
    title: 'ada invites cyd too',
    rule: 'GROUP-2',
    as: 'ada',
    call: 'inviteToGroup',
    path: { id: '$group' },
    body: { user_ids: ['$cyd'] },
    keep: { cydToGroup: 'invitations.0.id' },
    pushes: [['cyd', { type: 'new_invitation', invitation: { id: '$cydToGroup' } }]],
  },
  {
    title: 'ada lists the open invitations to the group',
    rule: 'GROUP-14',
    as: 'ada',
    call: 'listGroupInvitations',
    path: { id: '$group' },
    answer: { invitations: [{ id: '$cydToGroup', to_user: { id: '$cyd' } }] },
  },
  {
    title: 'cyd accepts and becomes a participant',
    rule: 'GROUP-3',
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
    rule: 'PUSH-1',
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
    rule: 'LEAVE-1',
    as: 'cyd',
    frame: 'leave_conversation',
    fields: group,
    answer: group,
  },
  {
    title: 'ada sends a message, and cyd receives an update of the list',
    rule: 'PUSH-4',
    as: 'ada',
    frame: 'send_message',
    fields: { ...group, message: { content: 'are you there?' } },
    pushes: [['cyd', { type: 'conversation_updated', ...group, unread_count: 1 }]],
  },
  {
    title: 'ada makes cyd the owner',
    rule: 'GROUP-8',
    as: 'ada',
    call: 'setOwner',
    path: { id: '$group' },
    body: { user_id: '$cyd' },
    answer: { owner_id: '$cyd' },
    pushes: [['cyd', { type: 'owner_changed', ...group, owner_id: '$cyd', participant: { id: '$cyd' } }]],
  },
  {
    title: 'cyd removes bob',
    rule: 'GROUP-10',
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
    rule: 'GROUP-10',
    as: 'bob',
    call: 'listMessages',
    path: { id: '$group' },
    error: 'not_found',
  },
  {
    title: 'cyd leaves the group, and ada owns it again',
    rule: 'GROUP-9',
    as: 'cyd',
    call: 'leaveGroup',
    path: { id: '$group' },
    pushes: [
      ['ada', { type: 'participant_left', ...group, owner_id: '$ada', participant: { id: '$cyd' } }],
      ['cyd', { type: 'conversation_removed', ...group }],
    ],
  },
]
