import type { Step } from '../../support/documented/scene.ts'

const pair = { conversation_id: '$pair' }

/** Ada loses her connection and gets exactly what she missed. */
export const returning: readonly Step[] = [
  { does: 'ada compares heads', as: 'ada', frame: 'ping', keep: { head: 'heads.$pair' } },
  { does: 'ada loses the line', as: 'ada', line: 'drops' },
  {
    does: 'bob writes meanwhile',
    as: 'bob',
    frame: 'send_message',
    fields: { ...pair, message: { content: 'still there?' } },
    keep: { missed: 'message.seq' },
  },
  { does: 'ada connects again', as: 'ada', line: 'opens' },
  {
    does: 'ada may not join before she authenticates',
    as: 'ada',
    frame: 'join_conversation',
    fields: pair,
    refusal: 'unauthorized',
  },
  { does: 'ada authenticates again', as: 'ada', frame: 'authenticate', fields: { token: '$adaToken' } },
  {
    does: 'ada gets exactly what she missed',
    as: 'ada',
    frame: 'join_conversation',
    fields: { ...pair, after_seq: '$head' },
    answer: { messages: [{ seq: '$missed', content: 'still there?' }], has_more: false },
  },
  {
    does: 'ada hears of what comes next',
    as: 'bob',
    frame: 'send_message',
    fields: { ...pair, message: { content: 'welcome back' } },
    tells: [['ada', { type: 'new_message', ...pair, message: { content: 'welcome back' } }]],
  },
]
