import type { Step } from '../scene.ts'

/**
 * Ada and Bob type, read, edit and delete the two messages that they have sent.
 *
 * @param conversation the id of the conversation, as a reference such as `$group` to a value that earlier steps have
 *   kept
 * @param before `seq` of the last entry before the two messages
 */
export function readingAndEditing(conversation: string, before: number): readonly Step[] {
  const named = { conversation_id: conversation }
  const [first, second] = [before + 1, before + 2]
  const [edit, deletion] = [before + 3, before + 4]
  return [
    {
      title: 'bob types',
      rule: 'TYPING-1',
      as: 'bob',
      frame: 'typing',
      fields: { ...named, is_typing: true },
      pushes: [['ada', { type: 'user_typing', ...named, user_id: '$bob', is_typing: true }]],
    },
    {
      title: 'bob marks a message read over the socket',
      rule: 'READ-1',
      as: 'bob',
      frame: 'mark_read',
      fields: { ...named, seq: first },
      answer: { ...named, last_read_seq: first, unread_count: 0 },
      pushes: [['ada', { type: 'message_read', ...named, user_id: '$bob', last_read_seq: first }]],
    },
    {
      title: 'ada marks everything read over REST',
      rule: 'READ-3',
      as: 'ada',
      call: 'markRead',
      path: { id: conversation },
      body: {},
      answer: { last_read_seq: second, marked_read: 1, unread_count: 0 },
      pushes: [['bob', { type: 'message_read', ...named, user_id: '$ada', last_read_seq: second }]],
    },
    {
      title: 'ada edits her own message',
      rule: 'EDIT-1',
      as: 'ada',
      call: 'editMessage',
      path: { id: conversation, seq: first },
      body: { content: 'hello again' },
      answer: { message: { seq: first, content: 'hello again' } },
      keep: { edited: 'message.edited_at' },
      pushes: [
        [
          'bob',
          { type: 'message_updated', ...named, seq: edit, message: { seq: first, content: 'hello again' } },
        ],
      ],
    },
    {
      title: 'ada cannot edit a message from bob',
      rule: 'EDIT-4',
      as: 'ada',
      call: 'editMessage',
      path: { id: conversation, seq: second },
      body: { content: 'mine' },
      error: 'not_found',
    },
    {
      title: 'bob deletes his own message',
      rule: 'EDIT-3',
      as: 'bob',
      call: 'deleteMessage',
      path: { id: conversation, seq: second },
      answer: { message: { seq: second, content: '' } },
      keep: { deleted: 'message.deleted_at' },
      pushes: [
        ['ada', { type: 'message_updated', ...named, seq: deletion, message: { seq: second, content: '' } }],
      ],
    },
    {
      title: 'bob reads both changes in the log',
      rule: 'EDIT-2',
      as: 'bob',
      call: 'listMessages',
      path: { id: conversation },
      query: { after: second },
      answer: {
        messages: [
          { seq: edit, kind: 'message_updated', target_seq: first, message: { content: 'hello again' } },
          { seq: deletion, kind: 'message_updated', target_seq: second, message: { content: '' } },
        ],
      },
    },
  ]
}
