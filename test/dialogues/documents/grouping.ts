import type { Step } from '../../support/documented/scene.ts'

const group = { conversation_id: '$group' }

/** Ada makes a group; people come, write and leave. */
export const grouping: readonly Step[] = [
  {
    does: 'ada makes a group and invites bob',
    as: 'ada',
    call: 'createGroup',
    body: { title: 'Plans', user_ids: ['$bob'] },
    answer: { conversation: { is_group: true, title: 'Plans', participant: null } },
    keep: { group: 'conversation_id', toGroup: 'invitations.0.id' },
    tells: [['bob', { type: 'new_invitation', invitation: { id: '$toGroup', title: 'Plans', ...group } }]],
  },
  { does: 'ada joins it', as: 'ada', frame: 'join_conversation', fields: group, answer: group },
  {
    does: 'bob comes to the group',
    as: 'bob',
    call: 'respondToInvitation',
    path: { id: '$toGroup' },
    body: { action: 'accept' },
    answer: group,
    tells: [
      ['ada', { type: 'invitation_accepted', invitation_id: '$toGroup', ...group }],
      ['ada', { type: 'participant_joined', ...group, participant: { id: '$bob' } }],
    ],
  },
  {
    does: 'ada invites cyd too',
    as: 'ada',
    call: 'inviteToGroup',
    path: { id: '$group' },
    body: { user_ids: ['$cyd'] },
    keep: { cydToGroup: 'invitations.0.id' },
    tells: [['cyd', { type: 'new_invitation', invitation: { id: '$cydToGroup' } }]],
  },
  {
    does: 'cyd comes to the group',
    as: 'cyd',
    call: 'respondToInvitation',
    path: { id: '$cydToGroup' },
    body: { action: 'accept' },
    answer: group,
    tells: [['ada', { type: 'participant_joined', ...group, participant: { id: '$cyd' } }]],
  },
  ...['bob', 'cyd'].map(
    (who): Step => ({
      does: `${who} joins it`,
      as: who,
      frame: 'join_conversation',
      fields: group,
      answer: group,
    }),
  ),
  {
    does: 'cyd greets both',
    as: 'cyd',
    frame: 'send_message',
    fields: { ...group, message: { content: 'hello, both' } },
    tells: [
      ['ada', { type: 'new_message', ...group }],
      ['bob', { type: 'new_message', ...group }],
    ],
  },
  {
    does: 'cyd closes the window of the group',
    as: 'cyd',
    frame: 'leave_conversation',
    fields: group,
    answer: group,
  },
  {
    does: 'ada writes, and cyd still learns of it',
    as: 'ada',
    frame: 'send_message',
    fields: { ...group, message: { content: 'are you there?' } },
    tells: [['cyd', { type: 'conversation_updated', ...group, unread_count: 1 }]],
  },
  {
    does: 'bob leaves the group for good',
    as: 'bob',
    call: 'leaveGroup',
    path: { id: '$group' },
    tells: [['ada', { type: 'participant_left', ...group, participant: { id: '$bob' } }]],
  },
  {
    does: 'bob cannot read it any more',
    as: 'bob',
    call: 'listMessages',
    path: { id: '$group' },
    refusal: 'not_found',
  },
]
