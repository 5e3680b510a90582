import { describe, expect, it } from 'vitest'
import { errorText } from '../../../cli/chat/error-text.ts'
import type { ChatEvent } from '../../../cli/chat/events.ts'
import { plainLine } from '../../../cli/chat/plain.ts'
import { PrettyView } from '../../../cli/chat/pretty.ts'
import { ChatError } from '../../../protocol/errors.ts'
import type { Message } from '../../../protocol/model.ts'

const message: Message = {
  id: 'm',
  conversation_id: 'c',
  seq: 7,
  kind: 'message',
  sender_id: 'grace',
  content: 'hello',
  created_at: '2026-01-02T03:04:05.000Z',
  is_read: false,
}
const grace = { id: 'grace', firstname: 'Grace', lastname: 'Hopper', email: 'grace@example.com' }

/** Strips colors. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colors are control sequences.
const bare = (line: string | undefined) => line?.replace(/\u001b\[\d+m/g, '')

describe('a line for programs', () => {
  it('consists of the event type and its fields, separated by tabs', () => {
    expect(plainLine({ type: 'message', message })).toBe(
      'message\tc\t7\tgrace\t2026-01-02T03:04:05.000Z\thello',
    )
    expect(plainLine({ type: 'participant_left', conversation_id: 'c', seq: 8, participant: grace })).toBe(
      'participant_left\tc\t8\tgrace',
    )
    expect(plainLine({ type: 'user_typing', conversation_id: 'c', user_id: 'grace', is_typing: true })).toBe(
      'user_typing\tc\tgrace\ton',
    )
  })

  it('has the time of an edit or deletion, and an empty field for an unknown value', () => {
    const edited_at = '2026-01-02T04:00:00.000Z'
    expect(plainLine({ type: 'edited', message: { ...message, edited_at } })).toBe(
      `edited\tc\t7\tgrace\t${edited_at}\thello`,
    )
    expect(plainLine({ type: 'deleted', message: { ...message, content: '', deleted_at: edited_at } })).toBe(
      `deleted\tc\t7\tgrace\t${edited_at}`,
    )
    expect(plainLine({ type: 'conversation_updated', conversation_id: 'c', last_seq: 9 })).toBe(
      'conversation_updated\tc\t9\t\t',
    )
  })

  it('[OPS-3] escapes tabs, line breaks and control sequences in its fields', () => {
    const content = 'a\tb\nc\\d\u001b[2J\u2028\u202e'
    expect(
      plainLine({ type: 'message', message: { ...message, content } })
        .split('\t')
        .at(-1),
    ).toBe('a\\tb\\nc\\\\d\\u{1b}[2J\\u{2028}\\u{202e}')
  })
})

describe('a line for people', () => {
  const view = (...earlier: readonly ChatEvent[]) => {
    const pretty = new PrettyView()
    for (const event of earlier) pretty.line(event)
    return (event: ChatEvent) => bare(pretty.line(event))
  }
  const signedIn: ChatEvent = { type: 'signed_in', user: 'ada' }
  const known: ChatEvent = { type: 'person', person: grace }
  const open: ChatEvent = { type: 'opened', conversation_id: 'c', last_seq: 0, last_read_seq: 0 }

  it('uses names from earlier events, and "you" for the user', () => {
    const line = view(signedIn, known, open)
    expect(line({ type: 'message', message })).toMatch(/^#7 2026-01-02 \d\d:04 Grace Hopper hello$/)
    expect(line({ type: 'message', message: { ...message, sender_id: 'ada' } })).toMatch(/ you hello$/)
    expect(line({ type: 'message', message: { ...message, sender_id: 'alan' } })).toMatch(/ alan hello$/)
  })

  it('names the conversation of a message outside the open one', () => {
    expect(view(signedIn, known)({ type: 'message', message })).toMatch(/^c · #7 /)
  })

  it('escapes control sequences in messages', () => {
    const content = '\u001b[31mred\rline\nnext'
    const line = view(signedIn, known, open)({ type: 'message', message: { ...message, content } })
    expect(line).toMatch(/Grace Hopper \\u\{1b\}\[31mred\\rline\n {6}next$/)
  })

  it('reports a typing user once, until a message arrives or the reports stop for a while', () => {
    let now = 0
    const pretty = new PrettyView(() => now)
    const typing = (at: number, is_typing: boolean) => {
      now = at
      return bare(pretty.line({ type: 'user_typing', conversation_id: 'c', user_id: 'grace', is_typing }))
    }
    const shown = 'grace is typing…'
    expect([typing(0, true), typing(3000, true), typing(6000, true)]).toEqual([shown, undefined, undefined])
    expect([typing(7000, false), typing(8000, true)]).toEqual([undefined, shown])
    pretty.line({ type: 'message', message })
    expect([typing(9000, true), typing(16_000, true)]).toEqual([shown, shown])
  })

  it('explains a lost connection once, and again when the reason changes', () => {
    const line = view(signedIn)
    const lost = (reason: string): ChatEvent => ({ type: 'connection_lost', reason, pauseMs: 1500 })
    expect([lost('closed'), lost('refused'), lost('refused')].map(line)).toEqual([
      'Disconnected (closed), retrying in 1.5 s. Messages you send now are kept and sent later.',
      'Disconnected (refused), retrying in 1.5 s. Messages you send now are kept and sent later.',
      'Still disconnected, retrying in 1.5 s.',
    ])
  })
})

describe('an error', () => {
  it('is a sentence with its code and what to do next', () => {
    expect(errorText(new ChatError('not_found', 'no such message'))).toBe(
      'Refused: no such message (not_found).',
    )
    expect(errorText(new ChatError('rate_limited', 'too many messages', { retryAfterMs: 1200 }))).toBe(
      'Refused: too many messages (rate_limited), try again in 2 s.',
    )
    const details = { conversation_id: 'c' }
    expect(errorText(new ChatError('conversation_exists', 'you have one', { details }))).toBe(
      'Refused: you have one (conversation_exists). /open c',
    )
  })
})
