import { describe, expect, it } from 'vitest'
import { createDirectory } from '../../../cli/chat/directory.ts'
import { errorText } from '../../../cli/chat/error-text.ts'
import type { ChatEvent } from '../../../cli/chat/events.ts'
import { plainLine } from '../../../cli/chat/plain.ts'
import { createPrettyLines } from '../../../cli/chat/pretty.ts'
import { type Message, RequestError } from '../../../client/index.ts'
import { aPair } from './fake-chat.ts'

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
    expect(plainLine({ type: 'user_presence', user_id: 'grace', is_online: true, last_seen: null })).toBe(
      'user_presence\tgrace\tonline\t',
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
  const view = () => {
    const names = createDirectory(() => 'ada')
    names.learn(grace)
    names.learnConversations([aPair('c', grace)])
    const line = createPrettyLines(names)
    return (event: ChatEvent) => bare(line(event))
  }

  it('begins with the name of the sender and a colon, or with "you" for the user', () => {
    const line = view()
    expect(line({ type: 'message', message })).toMatch(/^#7 2026-01-02 \d\d:04 Grace Hopper: hello$/)
    expect(line({ type: 'message', message: { ...message, sender_id: 'ada' } })).toMatch(/ you: hello$/)
    expect(line({ type: 'message', message: { ...message, sender_id: 'alan' } })).toMatch(/ alan: hello$/)
  })

  it('names the conversation in news of another one', () => {
    const news = { type: 'conversation_updated', conversation_id: 'c', last_seq: 3, unread: 2 } as const
    const own = { ...message, sender_id: 'ada' }
    expect(view()({ ...news, message })).toBe('Grace Hopper: hello (2 unread)')
    expect(view()({ ...news, unread: 0, message: own })).toBe('Grace Hopper: you: hello')
    expect(view()(news)).toBe('Grace Hopper: new activity (2 unread)')
  })

  it('escapes control sequences in messages', () => {
    const content = '\u001b[31mred\rline\nnext'
    const line = view()({ type: 'message', message: { ...message, content } })
    expect(line).toMatch(/Grace Hopper: \\u\{1b\}\[31mred\\rline\n {6}next$/)
  })

  it('says how long an outage lasted', () => {
    const back = (outage_ms: number) => view()({ type: 'signed_in_again', user: 'ada', outage_ms })
    expect([back(400), back(59_000), back(61_000), back(7_260_000)]).toEqual([
      'Reconnected after 1 s.',
      'Reconnected after 59 s.',
      'Reconnected after 1 min.',
      'Reconnected after 2 h 1 min.',
    ])
    expect(view()({ type: 'connection_lost', reason: 'closed' })).toBe(
      'Disconnected (closed). Messages that you write now are kept and sent later.',
    )
  })
})

describe('an error', () => {
  it('is a sentence with its code and what to do next', () => {
    expect(errorText(new RequestError('not_found', 'no such message'))).toBe(
      'Refused: no such message (not_found).',
    )
    expect(errorText(new RequestError('rate_limited', 'too many messages', { retryAfterMs: 1200 }))).toBe(
      'Refused: too many messages (rate_limited), try again in 2 s.',
    )
    expect(errorText(new RequestError('conversation_exists', 'you have one', { conversationId: 'c' }))).toBe(
      'Refused: you have one (conversation_exists). /open c',
    )
    expect(errorText(new RequestError('timeout', 'no answer in time'))).toBe(
      'The chat cannot be reached: no answer in time.',
    )
  })
})
