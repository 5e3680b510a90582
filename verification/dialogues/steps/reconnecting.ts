import type { Step } from '../scene.ts'

/**
 * Ada loses the connection and receives exactly the messages that she missed.
 *
 * @param conversation the id of the conversation, as a reference such as `$group` to a value that earlier steps have
 *   kept
 */
export function reconnecting(conversation: string): readonly Step[] {
  const named = { conversation_id: conversation }
  return [
    {
      title: 'ada asks for the latest seqs',
      rule: 'PING-1',
      as: 'ada',
      frame: 'ping',
      keep: { head: `heads.${conversation}` },
    },
    {
      title: 'ada loses the connection',
      rule: 'PUSH-7',
      as: 'ada',
      connection: 'drops',
    },
    {
      title: 'bob sends a message in the meantime',
      rule: 'SEND-2',
      as: 'bob',
      frame: 'send_message',
      fields: { ...named, message: { content: 'still there?' } },
      keep: { missed: 'message.seq' },
    },
    {
      title: 'ada connects again',
      rule: 'CONN-1',
      as: 'ada',
      connection: 'opens',
    },
    {
      title: 'ada cannot join before authenticating',
      rule: 'CONN-2',
      as: 'ada',
      frame: 'join_conversation',
      fields: named,
      error: 'unauthorized',
    },
    {
      title: 'ada authenticates again',
      rule: 'AUTH-1',
      as: 'ada',
      frame: 'authenticate',
      fields: { token: '$adaToken' },
    },
    {
      title: 'ada receives exactly the missed message',
      rule: 'JOIN-2',
      as: 'ada',
      frame: 'join_conversation',
      fields: { ...named, after_seq: '$head' },
      answer: { messages: [{ seq: '$missed', content: 'still there?' }], has_more: false },
    },
    {
      title: 'ada receives the next message as a push',
      rule: 'PUSH-8',
      as: 'bob',
      frame: 'send_message',
      fields: { ...named, message: { content: 'welcome back' } },
      pushes: [['ada', { type: 'new_message', ...named, message: { content: 'welcome back' } }]],
    },
  ]
}
