import { describe, expect, it } from 'vitest'
import { SignedOut } from '../../../client/errors.ts'
import { settle } from '../support/virtual-clock.ts'
import { ok, outcomeOf, type Reply, refused, restWith } from './support.ts'

const page = { status: 502, body: '<html>Bad Gateway</html>' }
const lost = new TypeError('fetch failed')

describe('a call over REST', () => {
  it('[CLIENT-6] sends the token and resolves with the data of the envelope', async () => {
    const { rest, seen } = restWith([ok({ id: 'c1' })])
    const url = 'https://chat.example.com/api/admin/chat/x'
    expect(await rest.call('POST', 'x', { a: 1 })).toEqual({ id: 'c1' })
    expect(seen).toEqual([{ method: 'POST', url, token: 'token-1', body: { a: 1 }, atMs: 0 }])
    await rest.call('GET', 'x', { limit: 5, cursor: undefined })
    expect(seen[1]).toMatchObject({ url: `${url}?limit=5`, body: undefined })
  })

  it('[CLIENT-6] rejects at once with the code of a refusal', async () => {
    const { rest, seen } = restWith([refused(409, 'conversation_exists', { conversation_id: 'c7' })])
    await expect(rest.call('POST', 'x')).rejects.toMatchObject({
      name: 'RequestError',
      code: 'conversation_exists',
      message: 'because of conversation_exists',
      retryable: false,
      conversationId: 'c7',
    })
    expect(seen).toHaveLength(1)
  })

  it.each<[string, Reply]>([
    ['an error of the network', lost],
    ["the platform's 429", { status: 429, body: { message: 'Too Many Requests' } }],
    ["the platform's 503", { status: 503, body: { message: 'Service Unavailable' } }],
    ['the page of a proxy', page],
    ['a page in place of the answer', { status: 200, body: '<html>Sign in to the network</html>' }],
    ['unavailable', refused(503, 'unavailable')],
    ['rate_limited', refused(429, 'rate_limited')],
  ])('[CLIENT-9] is repeated after %s', async (_, reply) => {
    const { rest, clock, seen } = restWith([reply, reply, ok('stored')])
    const outcome = outcomeOf(rest.call('POST', 'x'))
    await clock.advance(5000)
    expect(outcome.value).toBe('stored')
    // Half of 0.5 s, then half of 1 s.
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 250, 750])
  })

  it('[CLIENT-9] is not repeated if a proxy or the platform refuses it for good', async () => {
    const { rest, seen } = restWith([{ status: 413, body: { message: 'Request Too Long' } }])
    const error = { code: 'platform', message: 'Request Too Long', retryable: false }
    await expect(rest.call('POST', 'x')).rejects.toMatchObject(error)
    expect(seen).toHaveLength(1)
  })

  it('[CLIENT-3] doubles its pauses up to 20 s and ends after 30 s', async () => {
    const { rest, clock, seen } = restWith([lost], {}, () => 1)
    const outcome = outcomeOf(rest.call('GET', 'x'))
    await clock.advance(60_000)
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 500, 1500, 3500, 7500, 15_500])
    expect(outcome.error).toMatchObject({ code: 'network', message: 'fetch failed', retryable: true })
  })

  it('[CLIENT-2] waits as long as the server says', async () => {
    const { rest, clock, seen } = restWith([
      refused(503, 'unavailable', { retry_after_ms: 3210 }),
      ok('stored'),
    ])
    const outcome = outcomeOf(rest.call('POST', 'x'))
    await clock.advance(3210)
    expect(outcome.value).toBe('stored')
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 3210])
  })

  it('[CLIENT-2] rejects at once if the server says to wait longer than it repeats calls', async () => {
    const { rest } = restWith([refused(429, 'rate_limited', { retry_after_ms: 3_600_000 })])
    const error = { code: 'rate_limited', retryable: true, retryAfterMs: 3_600_000 }
    await expect(rest.call('POST', 'x')).rejects.toMatchObject(error)
  })

  it('[CLIENT-2] is not repeated if the caller repeats it', async () => {
    const { rest, seen } = restWith([lost])
    await expect(rest.call('POST', 'x', { retry: false })).rejects.toMatchObject({ code: 'network' })
    expect(seen).toHaveLength(1)
  })

  it('[CLIENT-2] gives up an attempt that has no answer within 10 s', async () => {
    const { rest, clock, seen } = restWith(['silence', ok('stored')])
    const outcome = outcomeOf(rest.call('POST', 'x'))
    await clock.advance(10_000)
    await clock.advance(250)
    expect(outcome.value).toBe('stored')
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 10_250])
  })

  it('[CLIENT-2] is not repeated for hours because the clock was set back', async () => {
    const { rest, clock } = restWith([lost])
    const outcome = outcomeOf(rest.call('POST', 'x'))
    await clock.advance(1000)
    clock.setBack(3_600_000)
    await clock.advance(60_000)
    expect(outcome.error).toMatchObject({ code: 'network' })
  })

  it('[CLIENT-2] gives up and aborts such an attempt even if `fetch` ignores its signal', async () => {
    let signal: AbortSignal | null | undefined
    const { rest, clock } = restWith([], {}, undefined, ((_url, init) => {
      signal = init?.signal
      return new Promise(() => {})
    }) as typeof fetch)
    const outcome = outcomeOf(rest.call('POST', 'x', { retry: false }))
    await clock.advance(9999)
    expect(outcome).toEqual({})
    await clock.advance(1)
    expect(outcome.error).toMatchObject({ code: 'timeout', retryable: true })
    expect(signal?.aborted).toBe(true)
  })
})

describe('the token of a call', () => {
  it('[CLIENT-7] is asked for once more when it is refused', async () => {
    const { rest, seen, signedOut } = restWith(({ token }) =>
      token === 'token-1' ? refused(401, 'unauthorized') : ok('stored'),
    )
    expect(await rest.call('POST', 'x')).toBe('stored')
    expect(seen.map(({ token }) => token)).toEqual(['token-1', 'token-2'])
    expect(signedOut).toEqual([])
  })

  it('[CLIENT-7] is not asked for again if another call has got a new one in the meantime', async () => {
    let current = 'token-1'
    const { rest, refreshes } = restWith(
      ({ token }) => {
        if (token === 'token-2') return ok('stored')
        current = 'token-2'
        return refused(401, 'token_expired')
      },
      { current: async () => current },
    )
    expect(await rest.call('GET', 'x')).toBe('stored')
    expect(refreshes()).toBe(0)
  })

  it('[CLIENT-7] ends the chat when it is refused twice', async () => {
    const { rest, seen, signedOut } = restWith([refused(401, 'unauthorized')])
    await expect(rest.call('GET', 'x')).rejects.toMatchObject({ code: 'unauthorized' })
    expect(seen).toHaveLength(2)
    expect(signedOut).toEqual(['because of unauthorized'])
  })

  it('[CLIENT-7] ends the chat when the application says that there is no user', async () => {
    const current = async () => {
      throw new SignedOut('signed out elsewhere')
    }
    const { rest, seen, signedOut } = restWith([ok('stored')], { current })
    await expect(rest.call('GET', 'x')).rejects.toMatchObject({ code: 'unauthorized' })
    expect([seen, signedOut]).toEqual([[], ['signed out elsewhere']])
  })

  it.each(['current', 'refresh'] as const)(
    '[CLIENT-7] is asked for again after any other error of the application in %s',
    async (method) => {
      let failures = 0
      const token = async () => {
        if (failures++ < 2) throw new Error('the session is being renewed')
        return 'token-2'
      }
      const { rest, clock, signedOut } = restWith(
        ({ token }) => (token === 'token-2' ? ok('stored') : refused(401, 'unauthorized')),
        { [method]: token },
      )
      const outcome = outcomeOf(rest.call('GET', 'x'))
      await clock.advance(5000)
      expect(outcome.value).toBe('stored')
      expect(signedOut).toEqual([])
    },
  )
})

describe('a call that is forbidden', () => {
  const forbidden = refused(403, 'forbidden')

  it('[CLIENT-7] ends the chat if the user may not chat', async () => {
    const { rest, signedOut } = restWith([forbidden])
    await expect(rest.call('GET', 'x')).rejects.toMatchObject({ code: 'forbidden' })
    expect(signedOut).toEqual(['because of forbidden'])
  })

  it('[CLIENT-7] is only an answer if the user does not own the group', async () => {
    const { rest, signedOut } = restWith(({ method }) => (method === 'GET' ? ok({}) : forbidden))
    await expect(rest.call('DELETE', 'x')).rejects.toMatchObject({ code: 'forbidden' })
    await settle()
    expect(signedOut).toEqual([])
  })
})
