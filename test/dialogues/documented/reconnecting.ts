import type { Step } from '../../support/documented/scene.ts'

const pair = { conversation_id: '$pair' }

/** Ada loses the connection and receives exactly the messages that she missed. */
export const reconnecting: readonly Step[] = [
  { title: 'ada asks for the latest seqs', as: 'ada', frame: 'ping', keep: { head: 'heads.$pair' } },
  { title: 'ada loses the connection', as: 'ada', connection: 'drops' },
  {
    title: 'bob sends a message in the meantime',
    as: 'bob',
    frame: 'send_message',
    fields: { ...pair, message: { content: 'still there?' } },
    keep: { missed: 'message.seq' },
  },
  { title: 'ada connects again', as: 'ada', connection: 'opens' },
  {
    title: 'ada cannot join before authenticating',
    as: 'ada',
    frame: 'join_conversation',
    fields: pair,
    error: 'unauthorized',
  },
  { title: 'ada authenticates again', as: 'ada', frame: 'authenticate', fields: { token: '$adaToken' } },
  {
    title: 'ada receives exactly the missed message',
    as: 'ada',
    frame: 'join_conversation',
    fields: { ...pair, after_seq: '$head' },
    answer: { messages: [{ seq: '$missed', content: 'still there?' }], has_more: false },
  },
  {
    title: 'ada receives the next message as a push',
    as: 'bob',
    frame: 'send_message',
    fields: { ...pair, message: { content: 'welcome back' } },
    pushes: [['ada', { type: 'new_message', ...pair, message: { content: 'welcome back' } }]],
  },
]
