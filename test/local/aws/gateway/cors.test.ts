import { describe, expect, it } from 'vitest'
import type { CorsModel, Invoke } from '../../../../local/aws/gateway/model.ts'
import { startHttpApi } from './support.ts'

const cors: CorsModel = {
  allowOrigins: ['https://chat.example', 'http://localhost:3000'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['authorization', 'content-type', '*'],
  exposeHeaders: ['apigw-requestid'],
  allowCredentials: false,
  maxAge: 600,
}
const own = { origin: 'https://chat.example' }
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
  it('[H14] answers a preflight by itself, on any path, without a function', async () => {
    const send = await start({ invoke: () => Promise.reject(new Error('invoked')) })
    for (const path of ['/here', '/nowhere']) {
      const response = await send(path, { ...own, 'access-control-request-method': 'POST' }, 'OPTIONS')
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

  it('[H14] answers a preflight from another origin without CORS headers', async () => {
    const send = await start()
    const response = await send('/here', { ...foreign, 'access-control-request-method': 'POST' }, 'OPTIONS')
    expect(response.status).toBe(204)
    expect(corsHeaders(response)).toEqual({})
  })

  it('[H14] leaves an OPTIONS request that is no preflight to its route', async () => {
    const send = await start()
    expect((await send('/here', own, 'OPTIONS')).status).toBe(200)
    expect((await send('/nowhere', own, 'OPTIONS')).status).toBe(404)
  })

  it.each([
    ['a response', '/here', 200, async () => ({ statusCode: 200 })],
    ['a missing route', '/nowhere', 404, async () => ({ statusCode: 200 })],
    ['a failed function', '/here', 500, () => Promise.reject(new Error('broken'))],
  ])('[H14] allows the exact origin on %s', async (_what, path, status, invoke) => {
    const send = await start({ invoke })
    const response = await send(path, own)
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
    '[H14] does not take %s for an allowed origin',
    async (origin) => {
      const send = await start()
      expect(corsHeaders(await send('/here', { origin }))).toEqual({})
    },
  )

  it('[H14] replaces the CORS headers that a function returned', async () => {
    const headers = {
      'Access-Control-Allow-Origin': '*',
      'access-control-allow-methods': 'PUT',
      Vary: 'Accept',
    }
    const send = await start({ invoke: async () => ({ statusCode: 200, headers }) })
    const response = await send('/here', own)
    expect(corsHeaders(response)['access-control-allow-origin']).toBe('https://chat.example')
    expect(corsHeaders(response)).not.toHaveProperty('access-control-allow-methods')
    expect(response.headers.get('vary')).toBe('Accept, Origin')
    expect(corsHeaders(await send('/here', foreign))).toEqual({})
  })

  it('[H14] allows every origin with * and credentials where they are configured', async () => {
    const any = await start({ cors: { allowOrigins: ['*'] } })
    const response = await any('/here', foreign)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.has('vary')).toBe(false)
    const credentials = await start({ cors: { allowCredentials: true } })
    expect((await credentials('/here', own)).headers.get('access-control-allow-credentials')).toBe('true')
  })

  it('[H14] leaves a function its CORS headers when the API has none', async () => {
    const base = await startHttpApi({
      routes: [{ routeKey: '$default', functionId: 'f', timeoutMs: 30_000 }],
      invoke: async () => ({ statusCode: 200, headers: { 'access-control-allow-origin': 'mine' } }),
    })
    const response = await fetch(base, { headers: own })
    expect(corsHeaders(response)).toEqual({ 'access-control-allow-origin': 'mine' })
  })
})
