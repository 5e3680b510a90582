import { describe, expect, it } from 'vitest'
import type { ChatEvent } from '../../../cli/chat/events.ts'
import { plainLine } from '../../../cli/chat/plain.ts'
import { PrettyView } from '../../../cli/chat/pretty.ts'
import { sentenceOf } from '../../../cli/chat/sentences.ts'
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

/** Without colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: what colours are made of.
const bare = (line: string | undefined) => line?.replace(/\u001b\[\d+m/g, '')

describe('a line for programs', () => {
  it('is the kind of the event and its fields, with tabs between them', () => {
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

  it('says when a message was changed, and leaves a field empty that is not known', () => {
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

  it('keeps tabs, line ends and what moves a cursor out of its fields', () => {
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

  it('calls people by names that were told before, and oneself "you"', () => {
    const line = view(signedIn, known, open)
    expect(line({ type: 'message', message })).toMatch(/^#7 2026-01-02 \d\d:04 Grace Hopper hello$/)
    expect(line({ type: 'message', message: { ...message, sender_id: 'ada' } })).toMatch(/ you hello$/)
    expect(line({ type: 'message', message: { ...message, sender_id: 'alan' } })).toMatch(/ alan hello$/)
  })

  it('names the conversation of a message that is not in the open one', () => {
    expect(view(signedIn, known)({ type: 'message', message })).toMatch(/^c · #7 /)
  })

  it('lets no message paint on the terminal', () => {
    const content = '\u001b[31mred\rline\nnext'
    const line = view(signedIn, known, open)({ type: 'message', message: { ...message, content } })
    expect(line).toMatch(/Grace Hopper \\u\{1b\}\[31mred\\rline\n {6}next$/)
  })

  it('says once that somebody is typing, until something came of it or nothing was heard for a while', () => {
    let now = 0
    const pretty = new PrettyView(() => now)
    const typing = (at: number, is_typing: boolean) => {
      now = at
      return bare(pretty.line({ type: 'user_typing', conversation_id: 'c', user_id: 'grace', is_typing }))
    }
    const told = 'grace is typing…'
    expect([typing(0, true), typing(3000, true), typing(6000, true)]).toEqual([told, undefined, undefined])
    expect([typing(7000, false), typing(8000, true)]).toEqual([undefined, told])
    pretty.line({ type: 'message', message })
    expect([typing(9000, true), typing(16_000, true)]).toEqual([told, told])
  })

  it('tells a loss of the connection in full, and again when its reason changes', () => {
    const line = view(signedIn)
    const lost = (reason: string): ChatEvent => ({ type: 'connection_lost', reason, pause: 1500 })
    expect([lost('closed'), lost('refused'), lost('refused')].map(line)).toEqual([
      'No connection (closed), trying again in 1.5 s; what you write is kept.',
      'No connection (refused), trying again in 1.5 s; what you write is kept.',
      'No connection yet, trying again in 1.5 s.',
    ])
  })
})

describe('a refusal', () => {
  it('is a sentence with its code, and what helps', () => {
    expect(sentenceOf(new ChatError('not_found', 'no such message'))).toBe(
      'Refused: no such message (not_found).',
    )
    expect(sentenceOf(new ChatError('rate_limited', 'too many messages', { retryAfterMs: 1200 }))).toBe(
      'Refused: too many messages (rate_limited), try again in 2 s.',
    )
    const details = { conversation_id: 'c' }
    expect(sentenceOf(new ChatError('conversation_exists', 'you have one', { details }))).toBe(
      'Refused: you have one (conversation_exists). /open c',
    )
  })
})
