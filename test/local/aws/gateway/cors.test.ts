import { describe, expect, it } from 'vitest'
import type { Invoke } from '../../../../local/aws/lambda/invoke.ts'
import type { CorsModel } from '../../../../local/stack/api-model.ts'
import { startHttpApi } from './support.ts'

const cors: CorsModel = {
  allowOrigins: ['https://chat.example', 'http://localhost:3000'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['authorization', 'content-type', '*'],
  exposeHeaders: ['apigw-requestid'],
  allowCredentials: false,
  maxAge: 600,
}
const allowed = { origin: 'https://chat.example' }
const foreign = { origin: 'https://evil.example' }

async function start(settings: { readonly cors?: Partial<CorsModel>; readonly invoke?: Invoke } = {}) {
  const base = await startHttpApi({
    cors: { ...cors, ...settings.cors },
    routes: ['GET /here', 'OPTIONS /here'].map((routeKey) => ({
      routeKey,
      functionId: routeKey,
      timeoutMs: 30_000,
    })),
    invoke: settings.invoke ?? (async () => ({ statusCode: 200 })),
  })
  return (path: string, headers: Record<string, string>, method = 'GET') =>
    fetch(`${base}${path}`, { method, headers })
}

const corsHeaders = (response: Response) =>
  Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')))

describe('CORS', () => {
  it('responds to a preflight on any path without invoking a function', async () => {
    const send = await start({ invoke: () => Promise.reject(new Error('invoked')) })
    for (const path of ['/here', '/nowhere']) {
      const response = await send(path, { ...allowed, 'access-control-request-method': 'POST' }, 'OPTIONS')
      expect(response.status).toBe(204)
      expect(corsHeaders(response)).toEqual({
        'access-control-allow-origin': 'https://chat.example',
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'authorization,content-type,*',
        'access-control-expose-headers': 'apigw-requestid',
        'access-control-max-age': '600',
      })
      expect(response.headers.get('vary')).toBe('Origin')
      expect(response.headers.get('apigw-requestid')).not.toBeNull()
    }
  })

  it('responds to a preflight from another origin without CORS headers', async () => {
    const send = await start()
    const response = await send('/here', { ...foreign, 'access-control-request-method': 'POST' }, 'OPTIONS')
    expect(response.status).toBe(204)
    expect(corsHeaders(response)).toEqual({})
  })

  it('routes an OPTIONS request that is not a preflight', async () => {
    const send = await start()
    expect((await send('/here', allowed, 'OPTIONS')).status).toBe(200)
    expect((await send('/nowhere', allowed, 'OPTIONS')).status).toBe(404)
  })

  it.each([
    ['a response', '/here', 200, async () => ({ statusCode: 200 })],
    ['a missing route', '/nowhere', 404, async () => ({ statusCode: 200 })],
    ['a failed function', '/here', 500, () => Promise.reject(new Error('broken'))],
  ])('allows the exact origin on %s', async (_what, path, status, invoke) => {
    const send = await start({ invoke })
    const response = await send(path, allowed)
    expect(response.status).toBe(status)
    expect(corsHeaders(response)).toEqual({
      'access-control-allow-origin': 'https://chat.example',
      'access-control-expose-headers': 'apigw-requestid',
    })
    expect(response.headers.get('vary')).toBe('Origin')
    expect(corsHeaders(await send(path, foreign))).toEqual({})
    expect(corsHeaders(await send(path, {}))).toEqual({})
  })

  it.each(['https://chat.example.evil', 'https://chat.example:444', 'http://chat.example', 'null'])(
    'does not allow the origin %s',
    async (origin) => {
      const send = await start()
      expect(corsHeaders(await send('/here', { origin }))).toEqual({})
    },
  )

  it('replaces the CORS headers that a function returned', async () => {
    const headers = {
      'Access-Control-Allow-Origin': '*',
      'access-control-allow-methods': 'PUT',
      Vary: 'Accept',
    }
    const send = await start({ invoke: async () => ({ statusCode: 200, headers }) })
    const response = await send('/here', allowed)
    expect(corsHeaders(response)['access-control-allow-origin']).toBe('https://chat.example')
    expect(corsHeaders(response)).not.toHaveProperty('access-control-allow-methods')
    expect(response.headers.get('vary')).toBe('Accept, Origin')
    expect(corsHeaders(await send('/here', foreign))).toEqual({})
  })

  it('allows every origin with *, and credentials if configured', async () => {
    const any = await start({ cors: { allowOrigins: ['*'] } })
    const response = await any('/here', foreign)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.has('vary')).toBe(false)
    const credentials = await start({ cors: { allowCredentials: true } })
    expect((await credentials('/here', allowed)).headers.get('access-control-allow-credentials')).toBe('true')
  })

  it('keeps the CORS headers of a function when the API has no CORS configuration', async () => {
    const base = await startHttpApi({
      routes: [{ routeKey: '$default', functionId: 'f', timeoutMs: 30_000 }],
      invoke: async () => ({ statusCode: 200, headers: { 'access-control-allow-origin': 'mine' } }),
    })
    const response = await fetch(base, { headers: allowed })
    expect(corsHeaders(response)).toEqual({ 'access-control-allow-origin': 'mine' })
  })
})
