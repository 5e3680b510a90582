import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ServerFrame } from '../../../client/index.ts'
import { followTyping, type TypingUsers } from '../../../web/conversations/typing-users.ts'
import { message } from '../builders.ts'

describe('who is typing, in the list', () => {
  let receive: (frame: ServerFrame) => void
  let typing: TypingUsers
  let stop: () => void

  beforeEach(() => {
    vi.useFakeTimers()
    typing = new Map()
    const on = (_type: string, listener: (frame: ServerFrame) => void) => {
      receive = listener
      return () => {}
    }
    stop = followTyping({ on }, (next) => {
      typing = next
    })
  })
  afterEach(() => {
    stop()
    vi.useRealTimers()
  })

  const notice = (user_id: string, is_typing: boolean) =>
    receive({ type: 'user_typing', conversation_id: 'c', user_id, is_typing })

  it('begins and ends with the notices', () => {
    notice('grace', true)
    notice('alan', true)
    expect(typing.get('c')).toEqual(['grace', 'alan'])
    notice('grace', false)
    expect(typing.get('c')).toEqual(['alan'])
  })

  it('ends six seconds after the latest notice', () => {
    notice('grace', true)
    vi.advanceTimersByTime(5000)
    notice('grace', true)
    vi.advanceTimersByTime(5999)
    expect(typing.get('c')).toEqual(['grace'])
    vi.advanceTimersByTime(1)
    expect(typing.get('c')).toBeUndefined()
  })

  it('ends with a message of the user', () => {
    notice('grace', true)
    receive({ type: 'new_message', conversation_id: 'c', message: message('grace', 'Hello') })
    expect(typing.get('c')).toBeUndefined()
  })

  it('ends when the user leaves or is removed', () => {
    notice('grace', true)
    notice('alan', true)
    const participant = { id: 'grace', firstname: 'Grace', lastname: 'Hopper', email: '' }
    receive({ type: 'participant_joined', conversation_id: 'c', seq: 1, participant })
    receive({ type: 'participant_left', conversation_id: 'd', seq: 1, participant })
    expect(typing.get('c')).toEqual(['grace', 'alan'])
    receive({ type: 'participant_left', conversation_id: 'c', seq: 2, participant, removed_by: 'ada' })
    expect(typing.get('c')).toEqual(['alan'])
  })

  it('leaves no timer behind', () => {
    notice('grace', true)
    stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})
