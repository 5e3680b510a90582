import type { Step } from '../../support/documented/scene.ts'

const pair = { conversation_id: '$pair' }
const hello = {
  ...pair,
  message: { content: 'hello', metadata: { mood: 'good' } },
  client_message_id: 'first',
}

/** Ada and Bob send messages over the socket and over REST. */
export const sending: readonly Step[] = [
  ...['ada', 'bob'].map(
    (user): Step => ({
      title: `${user} joins the conversation`,
      as: user,
      frame: 'join_conversation',
      fields: pair,
      answer: { ...pair, last_seq: 0, last_read_seq: 0 },
    }),
  ),
  {
    title: 'ada sends a message over the socket',
    as: 'ada',
    frame: 'send_message',
    fields: hello,
    answer: { client_message_id: 'first', message: { seq: 1, kind: 'message', content: 'hello' } },
    pushes: [['bob', { type: 'new_message', message: { seq: 1, ...hello.message } }]],
  },
  {
    title: 'ada repeats the message, and nothing new is stored',
    as: 'ada',
    frame: 'send_message',
    fields: hello,
    answer: { duplicate: true, message: { seq: 1 } },
  },
  {
    title: 'ada repeats the key with different content',
    as: 'ada',
    frame: 'send_message',
    fields: { ...pair, message: { content: 'good-bye' }, client_message_id: 'first' },
    error: 'idempotency_conflict',
  },
  {
    title: 'bob sends a message over REST',
    as: 'bob',
    call: 'sendMessage',
    path: { id: '$pair' },
    body: { content: 'hello from REST', client_message_id: 'second' },
    answer: { message: { seq: 2, sender_id: '$bob' } },
    pushes: [['ada', { type: 'new_message', ...pair, message: { seq: 2, content: 'hello from REST' } }]],
  },
  {
    title: 'ada reads the history',
    as: 'ada',
    call: 'listMessages',
    path: { id: '$pair' },
    query: { after: 0, limit: 10 },
    answer: { messages: [{ seq: 1 }, { seq: 2 }], last_seq: 2, has_more: false },
  },
  {
    title: 'cyd cannot read the conversation of ada and bob',
    as: 'cyd',
    call: 'listMessages',
    path: { id: '$pair' },
    error: 'not_found',
  },
]
