import { gzipSync } from 'node:zlib'
import { describe, expect, inject, it } from 'vitest'
import { history as historyPage } from '../../lambdas/chat/messages/history.ts'
import {
  admins,
  aGroup,
  aPair,
  invite,
  leavePath,
  message,
  messagePath,
  pairUp,
  post,
  rest,
} from '../support/chat.ts'
import { demoOrigin } from '../support/constants.ts'
import type { Frame } from '../support/socket.ts'
import { openStores, quiet } from '../support/stores.ts'

/** JSON objects in each other, as many as there are levels. */
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

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
    for (const path of ['/api/nothing', '/api/admin/chat/conversations/x/messages/1/2']) {
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

  it('[REST-5] without a position, a page holds only the newest messages that were not deleted', async () => {
    const { ada, bob, conversation } = await aPair()
    const path = `/conversations/${conversation}/messages`
    const page = async (query: string) => {
      const { messages, has_more } = (await ada.call('GET', `${path}${query}`)).body['data']
      return [messages.map(({ seq }: { seq: number }) => seq), has_more]
    }
    for (let n = 1; n <= 6; n++) await post(n % 2 ? ada : bob, conversation, `${n}`)
    await ada.call('DELETE', messagePath(conversation, 5))
    await ada.call('DELETE', messagePath(conversation, 1))
    for (const content of ['once', 'twice', 'thrice']) {
      await bob.call('PATCH', messagePath(conversation, 6), { content })
    }
    expect(await page('')).toEqual([[2, 3, 4, 6], false])
    expect(await page('?limit=4')).toEqual([[2, 3, 4, 6], false])
    expect(await page('?limit=3')).toEqual([[3, 4, 6], true])
    expect(await page('?limit=3&entries=all')).toEqual([[9, 10, 11], true])
    expect(await page('?limit=3&before=7')).toEqual([[4, 5, 6], true])
    expect(await page('?limit=3&after=4')).toEqual([[5, 6, 7], true])
    const { body } = await ada.call('GET', `${path}?entries=none`)
    expect([body['code'], body['message']]).toEqual(['bad_request', expect.stringContaining('entries')])
  })

  it('[REST-5] a page without a position takes few queries, even if the log ends in many other entries', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    await post(ada, group, 'hi')
    const stores = openStores()
    let queries = 0
    const before: typeof stores.log.before = async (...call) => {
      queries++
      return await stores.log.before(...call)
    }
    for (let n = 0; n < 30; n++) await ada.call('PATCH', messagePath(group, 3), { content: `hi ${n}` })
    await cyd.call('POST', leavePath(group))
    const page = await historyPage({ ...stores, ...quiet, log: { ...stores.log, before } }, bob.id, group, {
      limit: 2,
    })
    expect(page).toMatchObject({ messages: [{ seq: 3, content: 'hi 29' }], has_more: false, last_seq: 34 })
    expect(queries).toBe(1)
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
      last_message: { content: 'newest', timestamp: list[0].last_message.created_at },
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
    const [get, head] = await Promise.all(
      ['GET', 'HEAD'].map((method) => fetch(`${inject('url')}/api/health`, { method })),
    )
    expect(head?.status).toBe(200)
    expect(await head?.text()).toBe('')
    for (const name of ['content-type', 'content-length', 'cache-control']) {
      expect(head?.headers.get(name), name).toBe(get?.headers.get(name))
    }
    expect((await fetch(`${inject('url')}/api/admin/chat/conversations`, { method: 'HEAD' })).status).toBe(
      404,
    )
  })

  it('[REST-10] a 401 names the scheme, which scripts of other origins cannot read', async () => {
    const refused = await rest('GET', '/api/admin/chat/conversations', { origin: demoOrigin })
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(refused.headers.get('access-control-expose-headers')).toBeNull()
    const found = await rest('GET', '/api/nothing')
    expect(found.headers.get('www-authenticate')).toBeNull()
  })

  it('[REST-11] several spaces may follow Bearer, in any case', async () => {
    const { ada } = await admins('ada')
    const statusOf = async (authorization: string) =>
      (await rest('GET', '/api/admin/chat/conversations', { authorization })).status
    expect(await statusOf(`Bearer  ${ada.token}`)).toBe(200)
    expect(await statusOf(`bearer     ${ada.token} `)).toBe(200)
    expect(await statusOf(`Bearer${ada.token}`)).toBe(401)
    expect(await statusOf(`Bearer ${ada.token} ${ada.token}`)).toBe(401)
  })

  it.each(['GET', 'POST', 'OPTIONS', 'DELETE'])(
    '[REST-12] %s of a path of Socket.IO returns the path of the WebSocket',
    async (method) => {
      for (const path of ['/socket.io/?EIO=4&transport=polling', '/socket.io', '/socket.io/socket.io.js']) {
        const { status, body } = await rest(method, path)
        expect([status, body['success'], body['code']]).toEqual([404, false, 'not_found'])
        expect(body['message']).toContain('native WebSocket at /ws/chat')
      }
      expect((await rest(method, '/socket.iox')).body['message']).toBe('no such route')
    },
  )

  it('[REST-13] a compressed body is refused with an explanation, and nothing is stored', async () => {
    const { ada, conversation } = await aPair()
    const path = `/conversations/${conversation}/messages`
    const body = gzipSync('{"content":"hi"}')
    for (const type of ['application/json', 'application/octet-stream']) {
      const answer = await fetch(`${inject('url')}/api/admin/chat${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${ada.token}`,
          'content-type': type,
          'content-encoding': 'gzip',
        },
        body,
      })
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({
        code: 'bad_request',
        message: expect.stringContaining('body: is compressed'),
      })
    }
    const plain = { authorization: `Bearer ${ada.token}`, 'content-encoding': 'identity' }
    expect((await rest('POST', `/api/admin/chat${path}`, plain, { content: 'hi' })).status).toBe(200)
    expect((await ada.call('GET', path)).body['data'].last_seq).toBe(1)
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
      ['{"content":"a","metadata":{"n":653247040368672769}}', 400, 'bad_request'],
      [`{"content":"a","metadata":${nested(7)}}`, 413, 'payload_too_large'],
    ] as const) {
      expect(await ada.call('POST', path, body)).toMatchObject({ status, body: { success: false, code } })
    }
    expect((await ada.call('GET', '/conversations/a%20b/messages')).status).toBe(400)
    expect((await ada.call('GET', path)).body['data'].last_seq).toBe(0)
  })

  it('[REST-8] a body must be UTF-8, and its content type must not name another charset', async () => {
    const { ada, conversation } = await aPair()
    const path = `/conversations/${conversation}/messages`
    const send = async (contentType: string, ...parts: readonly (string | number)[]) => {
      const body = Buffer.concat(
        parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))),
      )
      const response = await fetch(`${inject('url')}/api/admin/chat${path}`, {
        method: 'POST',
        headers: { 'content-type': contentType, authorization: `Bearer ${ada.token}` },
        body,
      })
      return [response.status, (await response.json()) as Frame] as const
    }
    const [json, binary] = ['application/json', 'application/octet-stream']
    for (const type of [json, binary]) {
      for (const byte of [0xff, 0xc3, 0xe9]) {
        expect(await send(type, '{"content":"a', byte, '"}')).toMatchObject([400, { code: 'bad_request' }])
      }
      expect(await send(type, '\uFEFF{"content":"\uFFFD é"}')).toMatchObject([
        200,
        { data: { message: { content: '\uFFFD é' } } },
      ])
    }
    for (const charset of ['utf-8', 'UTF8', '"utf-8"; x=1']) {
      expect((await send(`${json}; charset=${charset}`, '{"content":"a"}'))[0]).toBe(200)
    }
    for (const charset of ['iso-8859-1', 'utf-16', 'us-ascii', '']) {
      const refusal = await send(`${json};charset=${charset}`, '{"content":"a"}')
      expect(refusal).toMatchObject([400, { code: 'bad_request', message: expect.stringContaining('UTF-8') }])
    }
    expect((await ada.call('GET', path)).body['data'].last_seq).toBe(5)
  })
})
