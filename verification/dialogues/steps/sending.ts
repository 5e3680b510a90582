import type { Step } from '../scene.ts'

/**
 * Ada and Bob send messages over the socket and over REST.
 *
 * @param conversation the id of the conversation, as a reference such as `$group` to a value that earlier steps have
 *   kept
 * @param before `seq` of the last entry before these messages
 */
export function sending(conversation: string, before: number): readonly Step[] {
  const named = { conversation_id: conversation }
  const hello = {
    ...named,
    message: { content: 'hello', metadata: { mood: 'good' } },
    client_message_id: 'first',
  }
  const [first, second] = [before + 1, before + 2]
  return [
    ...['ada', 'bob'].map(
      (user): Step => ({
        title: `${user} joins the conversation`,
        rule: 'JOIN-1',
        as: user,
        frame: 'join_conversation',
        fields: named,
        answer: { ...named, last_seq: before },
      }),
    ),
    {
      title: 'ada sends a message over the socket',
      rule: 'SEND-1',
      as: 'ada',
      frame: 'send_message',
      fields: hello,
      answer: { client_message_id: 'first', message: { seq: first, kind: 'message', content: 'hello' } },
      pushes: [['bob', { type: 'new_message', message: { seq: first, ...hello.message } }]],
    },
    {
      title: 'ada repeats the message, and nothing new is stored',
      rule: 'SEND-3',
      as: 'ada',
      frame: 'send_message',
      fields: hello,
      answer: { duplicate: true, message: { seq: first } },
    },
    {
      title: 'ada repeats the key with different content',
      rule: 'SEND-4',
      as: 'ada',
      frame: 'send_message',
      fields: { ...named, message: { content: 'good-bye' }, client_message_id: 'first' },
      error: 'idempotency_conflict',
    },
    {
      title: 'bob sends a message over REST',
      rule: 'REST-4',
      as: 'bob',
      call: 'sendMessage',
      path: { id: conversation },
      body: { content: 'hello from REST', client_message_id: 'second' },
      answer: { message: { seq: second, sender_id: '$bob' } },
      pushes: [
        ['ada', { type: 'new_message', ...named, message: { seq: second, content: 'hello from REST' } }],
      ],
    },
    {
      title: 'ada reads the history',
      rule: 'REST-5',
      as: 'ada',
      call: 'listMessages',
      path: { id: conversation },
      query: { after: before, limit: 10 },
      answer: { messages: [{ seq: first }, { seq: second }], last_seq: second, has_more: false },
    },
  ]
}
