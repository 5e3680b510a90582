import type { Step } from '../../support/documented/scene.ts'

const pair = { conversation_id: '$pair' }

/** Ada and bob write to each other over the socket and over REST. */
export const talking: readonly Step[] = [
  ...['ada', 'bob'].map(
    (who): Step => ({
      does: `${who} joins`,
      as: who,
      frame: 'join_conversation',
      fields: pair,
      answer: { ...pair, last_seq: 0, last_read_seq: 0 },
    }),
  ),
  {
    does: 'ada writes over the socket',
    as: 'ada',
    frame: 'send_message',
    fields: {
      ...pair,
      message: { content: 'hello', metadata: { mood: 'good' } },
      client_message_id: 'first',
    },
    answer: { client_message_id: 'first', message: { seq: 1, kind: 'message', content: 'hello' } },
    tells: [
      ['bob', { type: 'new_message', message: { seq: 1, content: 'hello', metadata: { mood: 'good' } } }],
    ],
  },
  {
    does: 'ada repeats herself, which stores nothing',
    as: 'ada',
    frame: 'send_message',
    fields: {
      ...pair,
      message: { content: 'hello', metadata: { mood: 'good' } },
      client_message_id: 'first',
    },
    answer: { duplicate: true, message: { seq: 1 } },
  },
  {
    does: 'ada contradicts herself',
    as: 'ada',
    frame: 'send_message',
    fields: { ...pair, message: { content: 'good-bye' }, client_message_id: 'first' },
    refusal: 'idempotency_conflict',
  },
  {
    does: 'bob writes over REST',
    as: 'bob',
    call: 'sendMessage',
    path: { id: '$pair' },
    body: { content: 'hello from REST', client_message_id: 'second' },
    answer: { message: { seq: 2, sender_id: '$bob' } },
    tells: [['ada', { type: 'new_message', ...pair, message: { seq: 2, content: 'hello from REST' } }]],
  },
  {
    does: 'ada reads what there is',
    as: 'ada',
    call: 'listMessages',
    path: { id: '$pair' },
    query: { after: 0, limit: 10 },
    answer: { messages: [{ seq: 1 }, { seq: 2 }], last_seq: 2, has_more: false },
  },
  {
    does: 'cyd reads nothing of it',
    as: 'cyd',
    call: 'listMessages',
    path: { id: '$pair' },
    refusal: 'not_found',
  },
]
