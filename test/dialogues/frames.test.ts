import { describe, expect, it } from 'vitest'
import { anAdmin, aPair, message } from '../support/chat.ts'

describe('invalid frames', () => {
  it('[ERR-1] [ERR-2] [ERR-3] are answered with an error code, and the connection stays usable', async () => {
    const { ada, conversation } = await aPair()
    const socket = await ada.connect()
    for (const [text, code] of [
      ['no json', 'bad_request'],
      ['[]', 'bad_request'],
      ['{"type":"shout"}', 'unknown_type'],
      ['{"type":"$connect"}', 'unknown_type'],
      ['{"type":"$disconnect"}', 'unknown_type'],
      ['{"type":"$default"}', 'unknown_type'],
      ['{"type":["ping"]}', 'bad_request'],
      ['{"type":"join_conversation"}', 'bad_request'],
      [`{"type":"ping","pad":"${'x'.repeat(17_000)}"}`, 'payload_too_large'],
      ['['.repeat(10_000), 'payload_too_large'],
      [JSON.stringify(message(conversation, '')), 'bad_request'],
    ] as const) {
      socket.send(text)
      expect(await socket.next('error'), text.slice(0, 60)).toMatchObject({
        code,
        message: expect.any(String),
      })
    }
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
    expect((await ada.call('GET', `/conversations/${conversation}/messages`)).body['data'].last_seq).toBe(0)
  })

  it('[ERR-1] are answered with their request_id', async () => {
    const socket = await (await anAdmin()).connect()
    expect(await socket.ask({ type: 'join_conversation' })).toMatchObject({
      type: 'error',
      code: 'bad_request',
    })
  })
})
