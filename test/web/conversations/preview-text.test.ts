import { beforeAll, describe, expect, it } from 'vitest'
import { previewOf } from '../../../web/conversations/preview-text.ts'
import type { Texts } from '../../../web/text/texts.ts'
import { group, message, pair, person } from '../builders.ts'
import { englishTexts } from '../english.ts'

const grace = person('grace', 'Grace', 'Hopper')
const alan = person('alan', 'Alan', 'Turing')
const nothing = {
  userId: 'me',
  typing: [],
  draft: undefined,
  unsent: undefined,
  senderName: '',
  isAccepted: false,
}

let texts: Texts
beforeAll(async () => {
  texts = await englishTexts()
})

describe('the preview of a conversation', () => {
  it('of a pair shows the last message of the other without a name', () => {
    const conversation = pair(grace, { last_message: message('grace', 'Hello') })
    expect(previewOf(conversation, nothing, texts)).toEqual({ kind: 'message', text: 'Hello' })
  })

  it('says when the last message is the own one', () => {
    const conversation = pair(grace, { last_message: message('me', 'Hello') })
    expect(previewOf(conversation, nothing, texts)).toEqual({ kind: 'message', label: 'You:', text: 'Hello' })
  })

  it('of a group names the sender', () => {
    const conversation = group([grace], { last_message: message('grace', 'Hello') })
    expect(previewOf(conversation, nothing, texts)).toMatchObject({ label: 'Grace:', text: 'Hello' })
  })

  it('of a group isolates a name that is written from right to left, so that the colon follows it', () => {
    const omar = { ...grace, id: 'omar', firstname: 'عمر' }
    const conversation = group([omar], { last_message: message('omar', 'Hello') })
    const name = '\u2068عمر\u2069'
    expect(previewOf(conversation, nothing, texts)).toMatchObject({ label: `${name}:` })
    const typing = { ...nothing, typing: ['omar'] }
    expect(previewOf(conversation, typing, texts)).toMatchObject({ text: `${name} is typing…` })
  })

  it('of a group does not hide that the sender has left', () => {
    const conversation = group([grace], { last_message: message('alan', 'Bye') })
    expect(previewOf(conversation, nothing, texts)).toMatchObject({
      label: 'Former participant:',
      text: 'Bye',
    })
    expect(previewOf(conversation, { ...nothing, senderName: 'Alan' }, texts)).toMatchObject({
      label: 'Alan:',
    })
  })

  it('says that the last message was deleted', () => {
    const last_message = message('grace', '', { deleted_at: '2026-11-27T12:00:01.000Z' })
    expect(previewOf(pair(grace, { last_message }), nothing, texts)).toEqual({
      kind: 'note',
      text: 'Message deleted',
    })
  })

  it('shows a draft in place of the last message', () => {
    const conversation = pair(grace, { last_message: message('grace', 'Hello') })
    expect(previewOf(conversation, { ...nothing, draft: 'Hi' }, texts)).toEqual({
      kind: 'draft',
      label: 'Draft:',
      text: 'Hi',
    })
  })

  it.each([
    ['waiting', { state: 'waiting' }],
    ['failed', { state: 'notSent' }],
    ['sending', {}],
  ] as const)('shows the user’s own message that is %s in place of the last one', (status, state) => {
    const conversation = pair(grace, { last_message: message('grace', 'Hello') })
    const unsent = { content: 'Hi', status, createdAt: 5 }
    expect(previewOf(conversation, { ...nothing, unsent }, texts)).toEqual({
      kind: 'message',
      label: 'You:',
      text: 'Hi',
      at: 5,
      ...state,
    })
  })

  it('shows no draft of white space', () => {
    const conversation = pair(grace, { last_message: message('grace', 'Hello') })
    expect(previewOf(conversation, { ...nothing, draft: ' \n' }, texts).text).toBe('Hello')
  })

  it('shows who is typing in place of everything else', () => {
    const state = { ...nothing, typing: ['grace'], draft: 'Hi' }
    expect(previewOf(pair(grace), state, texts)).toEqual({ kind: 'typing', text: 'typing…' })
    expect(previewOf(group([grace, alan]), state, texts).text).toBe('Grace is typing…')
    const both = { ...state, typing: ['grace', 'alan'] }
    expect(previewOf(group([grace, alan]), both, texts).text).toBe('Grace and Alan are typing…')
  })

  it('of an empty conversation says what to do', () => {
    expect(previewOf(pair(grace), nothing, texts).text).toBe(texts.noMessages)
    expect(previewOf(group([]), nothing, texts).text).toBe(texts.waitingForOthers)
  })

  it('says that the invitation was accepted, until the first message', () => {
    const state = { ...nothing, isAccepted: true }
    expect(previewOf(pair(grace), state, texts)).toEqual({ kind: 'note', text: 'Accepted your invitation' })
    const last_message = message('grace', 'Hello')
    expect(previewOf(pair(grace, { last_message, last_seq: 1 }), state, texts).text).toBe('Hello')
    // Old messages are removed where there is a retention.
    expect(previewOf(pair(grace, { last_seq: 1 }), state, texts).text).toBe(texts.noMessages)
  })
})
