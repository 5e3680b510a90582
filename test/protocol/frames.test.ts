import { describe, expect, it } from 'vitest'
import { ChatError } from '../../protocol/errors.ts'
import { parseClientFrame } from '../../protocol/frames.ts'

const send = (message: object, rest: object = {}) =>
  JSON.stringify({ type: 'send_message', conversation_id: 'c', message, ...rest })
const content = (text: string) => send({ content: text })
const refusal = (text: string) => {
  const { result } = parseClientFrame(text)
  if (!(result instanceof ChatError)) throw new Error(`accepted: ${text.slice(0, 80)}`)
  return result
}

describe('frames that are accepted', () => {
  it.each([
    ['authenticate', { type: 'authenticate', token: 'x' }],
    ['join without after_seq', { type: 'join_conversation', conversation_id: 'c-1_Z' }],
    ['join from the beginning', { type: 'join_conversation', conversation_id: 'c', after_seq: 0 }],
    ['leave', { type: 'leave_conversation', conversation_id: 'c' }],
    ['a message', { type: 'send_message', conversation_id: 'c', message: { content: 'hi' } }],
    [
      'a message with every field',
      {
        type: 'send_message',
        conversation_id: 'c',
        message: { content: '👩‍👩‍👧 é\n', metadata: { a: [1, { b: null }] }, id: 17 },
        sender_id: "ada.o'brien+chat@example.org",
        client_message_id: 'abc_DEF-1',
      },
    ],
    ['ping', { type: 'ping' }],
  ])('%s', (_name, frame) => {
    expect(parseClientFrame(JSON.stringify(frame))).toEqual({ result: frame })
  })

  it.each([
    { type: 'authenticate', token: 'x' },
    { type: 'join_conversation', conversation_id: 'c', after_seq: 3 },
    { type: 'leave_conversation', conversation_id: 'c' },
    { type: 'send_message', conversation_id: 'c', message: { content: 'hi' } },
    { type: 'ping' },
  ])('[ERR-5] F25: unknown fields of a newer client are ignored in $type', (frame) => {
    const { message } = frame as { message?: object }
    const newer = { ...frame, more: [1], ...(message && { message: { ...message, more: { a: 1 } } }) }
    expect(parseClientFrame(JSON.stringify(newer))).toEqual({ result: frame })
  })

  it('[SEND-8] content of 4,000 code points is accepted, even outside the basic plane', () => {
    expect(parseClientFrame(content('a'.repeat(4000))).result).not.toBeInstanceOf(ChatError)
    expect(parseClientFrame(content('😀'.repeat(2000))).result).not.toBeInstanceOf(ChatError)
  })

  it('[ERR-1] a byte order mark is ignored', () => {
    expect(parseClientFrame('\uFEFF{"type":"ping"}')).toEqual({ result: { type: 'ping' } })
    expect(parseClientFrame('\uFEFF\uFEFF{"type":"ping"}').result).toBeInstanceOf(ChatError)
  })

  it('[ERR-5] a number that would lose digits is ignored where any value is', () => {
    const text = '{"type":"ping","x":[653247040368672769,1e400]}'
    expect(parseClientFrame(text).result).toEqual({ type: 'ping' })
  })

  it('[SEND-9] metadata of 2 KB is accepted, even with keys such as __proto__', () => {
    const metadata = JSON.parse(`{"__proto__":{"x":1},"constructor":2,"text":"${'m'.repeat(2000)}"}`)
    expect(parseClientFrame(send({ content: 'hi', metadata })).result).toMatchObject({
      message: { content: 'hi' },
    })
  })
})

describe('frames that are refused', () => {
  it.each([
    ['[ERR-1] invalid JSON', '{"type":', 'bad_request', 'frame must be a JSON object'],
    ['[ERR-1] an array', '[]', 'bad_request', 'frame must be a JSON object'],
    ['[ERR-1] null', 'null', 'bad_request', 'frame must be a JSON object'],
    ['[ERR-1] a string', '"ping"', 'bad_request', 'frame must be a JSON object'],
    ['[ERR-1] an empty frame', '', 'bad_request', 'frame must be a JSON object'],
    ['[ERR-1] a missing type', '{}', 'bad_request', 'type'],
    ['[ERR-1] a type that is not a string', '{"type":1}', 'bad_request', 'type'],
    ['[ERR-2] an unknown type', '{"type":"shout"}', 'unknown_type', 'type'],
    ['[ERR-2] a property name of the prototype', '{"type":"constructor"}', 'unknown_type', 'type'],
    ['[ERR-2] a route of API Gateway', '{"type":"$connect"}', 'unknown_type', 'type'],
    ['[ERR-1] a missing token', '{"type":"authenticate"}', 'bad_request', 'token'],
    ['[ERR-1] a missing conversation_id', '{"type":"join_conversation"}', 'bad_request', 'conversation_id'],
    [
      '[ERR-1] an ill-formed id',
      '{"type":"join_conversation","conversation_id":"a#b"}',
      'bad_request',
      'conversation_id',
    ],
    [
      '[ERR-1] an id that is too long',
      `{"type":"leave_conversation","conversation_id":"${'i'.repeat(65)}"}`,
      'bad_request',
      'conversation_id',
    ],
    [
      '[ERR-1] a negative after_seq',
      '{"type":"join_conversation","conversation_id":"c","after_seq":-1}',
      'bad_request',
      'after_seq',
    ],
    [
      '[ERR-1] a fractional after_seq',
      '{"type":"join_conversation","conversation_id":"c","after_seq":1.5}',
      'bad_request',
      'after_seq',
    ],
    [
      '[ERR-1] an after_seq beyond the safe integers',
      '{"type":"join_conversation","conversation_id":"c","after_seq":1e400}',
      'bad_request',
      'after_seq',
    ],
    [
      '[ERR-1] a request_id that is too long',
      `{"type":"ping","request_id":"${'r'.repeat(65)}"}`,
      'bad_request',
      'request_id',
    ],
    [
      '[ERR-1] a request_id that is not a string',
      '{"type":"ping","request_id":1}',
      'bad_request',
      'request_id',
    ],
    [
      '[ERR-1] a message that is not an object',
      '{"type":"send_message","conversation_id":"c","message":"hi"}',
      'bad_request',
      'message',
    ],
    ['[SEND-8] missing content', send({}), 'bad_request', 'message.content'],
    ['[SEND-8] empty content', content(''), 'bad_request', 'message.content'],
    ['[SEND-8] blank content', content(' \n\t\u00a0'), 'bad_request', 'message.content'],
    ['[SEND-8] invisible content', content('\u200b\u2060\ufeff\u00ad'), 'bad_request', 'message.content'],
    ['[SEND-8] blank glyphs', content('\u2800\u3164\u{1d159}'), 'bad_request', 'message.content'],
    [
      '[SEND-8] a lone surrogate',
      '{"type":"send_message","conversation_id":"c","message":{"content":"a\\ud800"}}',
      'bad_request',
      'message.content',
    ],
    ['[SEND-8] 4,001 code points', content('a'.repeat(4001)), 'payload_too_large', 'message.content'],
    ['[SEND-8] over 8 KB', content('é€'.repeat(1700)), 'payload_too_large', 'message.content'],
    [
      '[SEND-9] metadata that is an array',
      send({ content: 'a', metadata: [] }),
      'bad_request',
      'message.metadata',
    ],
    [
      '[SEND-9] metadata that is null',
      send({ content: 'a', metadata: null }),
      'bad_request',
      'message.metadata',
    ],
    [
      '[SEND-9] metadata over 2 KB',
      send({ content: 'a', metadata: { m: 'm'.repeat(2048) } }),
      'payload_too_large',
      'message.metadata',
    ],
    [
      '[SEND-9] a number that would lose digits',
      '{"type":"send_message","conversation_id":"c","message":{"content":"a","metadata":{"b":[{"c":1e400}]}}}',
      'bad_request',
      'message.metadata.b.0.c',
    ],
    [
      '[ERR-1] an ill-formed client_message_id',
      send({ content: 'a' }, { client_message_id: 'a b' }),
      'bad_request',
      'client_message_id',
    ],
    [
      '[ERR-1] an ill-formed sender_id',
      send({ content: 'a' }, { sender_id: 'a b' }),
      'bad_request',
      'sender_id',
    ],
    ['[ERR-3] over 16 KB', `{"type":"ping","x":"${'x'.repeat(16_384)}"}`, 'payload_too_large', 'frame'],
    [
      '[ERR-3] nine levels of nesting',
      `{"type":"ping","x":${'['.repeat(8)}${']'.repeat(8)}}`,
      'payload_too_large',
      'frame',
    ],
    ['[ERR-3] thousands of levels of nesting', '['.repeat(15_000), 'payload_too_large', 'frame'],
  ])('%s', (_name, text, code, field) => {
    const error = refusal(text)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(new RegExp(`^${field.replaceAll('.', '\\.')}`))
  })

  it('[ERR-1] brackets inside strings do not count as nesting', () => {
    expect(parseClientFrame(content(`\\"${'[{'.repeat(20)}`)).result).not.toBeInstanceOf(ChatError)
  })

  it('[ERR-1] a refused frame keeps its request_id if it could be parsed', () => {
    expect(parseClientFrame('{"type":"shout","request_id":"r1"}').requestId).toBe('r1')
    expect(parseClientFrame('{"type":"ping","request_id":7}').requestId).toBeUndefined()
  })
})
