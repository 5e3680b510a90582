import { expect, it } from 'vitest'
import type { Chat, Conversation, ServerFrame } from '../../../client/index.ts'
import { emitter, source } from '../../../client/readable.ts'
import { type Answer, followAnswers } from '../../../web/conversations/answers.ts'
import { group, invitation, pair, person } from '../builders.ts'

const [me, grace, alan] = [person('me'), person('grace', 'Grace'), person('alan', 'Alan')]

/** The answers that are reported while `items` is the list. */
function follow(items: readonly Conversation[] = []) {
  const frames = emitter<ServerFrame>()
  const conversations = source({ items, hasMore: false })
  const answers: Answer[] = []
  const on = ((_: '*', listener: (frame: ServerFrame) => void) => frames.subscribe(listener)) as Chat['on']
  const stop = followAnswers({ on, conversations }, (answer) => answers.push(answer))
  return { answers, conversations, push: frames.emit, stop }
}

const rejected = (invitation_id: string): ServerFrame => ({ type: 'invitation_rejected', invitation_id })
const accepted = (invitation_id: string, conversation: Conversation): ServerFrame => ({
  type: 'invitation_accepted',
  invitation_id,
  conversation_id: conversation.id,
  participant_id: 'grace',
  conversation,
})

it('an answer is known by the person who was in the list, also after the list has changed', () => {
  const { answers, conversations, push } = follow([pair(grace, { id: 'i1', status: 'pending' })])
  conversations.set({ items: [pair(alan, { id: 'i2', status: 'pending' })], hasMore: false })
  conversations.set({ items: [], hasMore: false })
  push(rejected('i1'))
  push(rejected('i2'))
  expect(answers).toEqual([
    { id: 'i1', to: grace, isDeclined: true },
    { id: 'i2', to: alan, isDeclined: true },
  ])
})

it('an answer about a group is known by the invitation that was sent meanwhile', () => {
  const { answers, push } = follow()
  const fields = { id: 'i1', to_user: grace, conversation_id: 'group', title: 'Ops' }
  push({ type: 'invitation_sent', invitation: invitation(me, fields) })
  push(rejected('i1'))
  expect(answers).toEqual([{ id: 'i1', to: grace, title: 'Ops', isDeclined: true }])
})

it('an answer to an invitation that was sent before is not missed', () => {
  const { answers, push } = follow()
  push(rejected('i1'))
  push(accepted('i2', group([grace])))
  expect(answers).toMatchObject([
    { id: 'i1', isDeclined: true },
    { id: 'i2', to: grace, isDeclined: false },
  ])
  expect(answers[0]?.to).toBeUndefined()
})

it('an answer that arrives twice is reported once, even if an old list still has the invitation', () => {
  const pending = pair(grace, { id: 'i1', status: 'pending' })
  const { answers, conversations, push } = follow([pending])
  push(accepted('i1', pair(grace)))
  conversations.set({ items: [pending], hasMore: false })
  push(accepted('i1', pair(grace)))
  expect(answers).toEqual([{ id: 'i1', to: grace, accepted: pair(grace), isDeclined: false }])
})

it('nothing is reported after the end', () => {
  const { answers, push, stop } = follow()
  stop()
  push(rejected('i1'))
  expect(answers).toEqual([])
})
