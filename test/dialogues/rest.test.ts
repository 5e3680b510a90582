import { describe, expect, it } from 'vitest'
import { admins, aPair, invite, message, pairUp, post, rest } from '../support/chat.ts'
import { demoOrigin } from '../support/constants.ts'

describe('REST', () => {
  it('[REST-1] every route requires a token', async () => {
    for (const [method, path] of [
      ['GET', '/api/admin/chat/conversations'],
      ['GET', '/api/admin/chat/invitations'],
      ['POST', '/api/admin/chat/invitations'],
      ['PUT', '/api/admin/chat/invitations/x/respond'],
      ['GET', '/api/admin/chat/conversations/x/messages'],
      ['POST', '/api/admin/chat/conversations/x/messages'],
    ] as const) {
      for (const authorization of ['', 'Bearer', 'Bearer x', 'Basic abc']) {
        const { status, body } = await rest(
          method,
          path,
          { authorization },
          method === 'GET' ? undefined : '{',
        )
        expect([status, body['success'], body['code']]).toEqual([401, false, 'unauthorized'])
      }
    }
  })

  it('[REST-2] an unknown route returns 404 in an envelope', async () => {
    for (const path of ['/api/nothing', '/', '/api/admin/chat/conversations/x/messages/1/2']) {
      expect(await rest('GET', path)).toMatchObject({
        status: 404,
        body: { success: false, code: 'not_found' },
      })
    }
    expect((await rest('DELETE', '/api/admin/chat/conversations')).status).toBe(404)
  })

  it('[REST-3] CORS headers name only allowed origins, on errors and preflights too', async () => {
    const path = '/api/admin/chat/conversations'
    const refused = await rest('GET', path, { origin: demoOrigin })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, demoOrigin])
    const foreign = await rest('GET', path, { origin: 'https://evil.example' })
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
    const preflight = await rest('OPTIONS', path, {
      origin: demoOrigin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, content-type, x-anything',
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe(demoOrigin)
    const allowed = preflight.headers.get('access-control-allow-headers')?.split(/, */) ?? []
    expect(allowed).toEqual(expect.arrayContaining(['authorization', 'content-type', '*']))
  })

  it('[REST-5] the history is paged, oldest first: the newest entries, or those before or after a seq', async () => {
    const { ada, conversation } = await aPair()
    const socket = await ada.connect()
    for (let n = 1; n <= 7; n++) await socket.ask(message(conversation, String(n)))
    const page = async (query: string) => {
      const { body } = await ada.call('GET', `/conversations/${conversation}/messages${query}`)
      const { messages, last_seq, last_read_seq, has_more } = body['data']
      return [messages.map(({ seq }: { seq: number }) => seq), has_more, last_seq, last_read_seq]
    }
    expect(await page('')).toEqual([[1, 2, 3, 4, 5, 6, 7], false, 7, 0])
    expect(await page('?limit=3')).toEqual([[5, 6, 7], true, 7, 0])
    expect(await page('?limit=3&before=5')).toEqual([[2, 3, 4], true, 7, 0])
    expect(await page('?limit=3&before=2')).toEqual([[1], false, 7, 0])
    expect(await page('?before=1')).toEqual([[], false, 7, 0])
    expect(await page('?after=0&limit=4')).toEqual([[1, 2, 3, 4], true, 7, 0])
    expect(await page('?after=4')).toEqual([[5, 6, 7], false, 7, 0])
    expect(await page('?after=7')).toEqual([[], false, 7, 0])
    const beyond = await ada.call('GET', `/conversations/${conversation}/messages?after=8`)
    expect(beyond.body['data']).toMatchObject({ messages: [], reset: true })
    expect(await page(`?before=${Number.MAX_SAFE_INTEGER}&limit=1`)).toEqual([[7], true, 7, 0])
    for (const query of [
      '?limit=0',
      '?limit=101',
      '?limit=x',
      '?before=0',
      '?after=-1',
      '?before=3&after=1',
    ]) {
      const { status, body } = await ada.call('GET', `/conversations/${conversation}/messages${query}`)
      expect([status, body['code']], query).toEqual([400, 'bad_request'])
    }
  })

  it('[REST-6] conversations are paged by last activity and include pending invitations', async () => {
    const { ada, bob, cleo, dan } = await admins('ada', 'bob', 'cleo', 'dan')
    const [withBob, withCleo] = [await pairUp(ada, bob), await pairUp(ada, cleo)]
    const pending = await invite(ada, dan)
    await post(bob, withBob, 'newest')

    const { body } = await ada.call('GET', '/conversations')
    const list = body['data'].conversations
    expect(list.map(({ id, status }: { id: string; status: string }) => [id, status])).toEqual([
      [withBob, 'accepted'],
      [pending, 'pending'],
      [withCleo, 'accepted'],
    ])
    expect(list[0]).toMatchObject({
      participants: expect.arrayContaining([expect.objectContaining({ id: ada.id })]),
      participant: { id: bob.id, firstname: 'bob' },
      last_message: { content: 'newest' },
      last_seq: 1,
      unread_count: 1,
    })
    expect(list[1]).toMatchObject({ participant: { id: dan.id }, last_message: null })
    expect(body['data']).not.toHaveProperty('cursor')

    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await ada.call('GET', `/conversations?limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...body['data'].conversations.map(({ id }: { id: string }) => id))
      cursor = body['data'].cursor ?? ''
    } while (cursor)
    expect(seen).toEqual([withBob, pending, withCleo])
    expect((await ada.call('GET', '/conversations?cursor=nonsense')).status).toBe(400)
  })

  it('[REST-7] health requires no token', async () => {
    expect(await rest('GET', '/api/health')).toMatchObject({ status: 200, body: { data: { status: 'ok' } } })
  })

  it('[REST-8] an invalid body is refused and nothing is stored', async () => {
    const { ada, conversation } = await aPair()
    const path = `/conversations/${conversation}/messages`
    for (const [body, status, code] of [
      ['{', 400, 'bad_request'],
      ['[]', 400, 'bad_request'],
      ['', 400, 'bad_request'],
      [{ content: ' ' }, 400, 'bad_request'],
      [{ content: 'a'.repeat(4001) }, 413, 'payload_too_large'],
      [{ content: 'a', padding: 'x'.repeat(17_000) }, 413, 'payload_too_large'],
      [`{"content":"a","x":${'['.repeat(9)}${']'.repeat(9)}}`, 413, 'payload_too_large'],
    ] as const) {
      expect(await ada.call('POST', path, body)).toMatchObject({ status, body: { success: false, code } })
    }
    expect((await ada.call('GET', '/conversations/a%20b/messages')).status).toBe(400)
    expect((await ada.call('GET', path)).body['data'].last_seq).toBe(0)
  })
})
