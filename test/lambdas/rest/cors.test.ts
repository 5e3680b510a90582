import { describe, expect, it } from 'vitest'
import { withCors } from '../../../lambdas/rest/cors.ts'
import type { RestEvent } from '../../../lambdas/rest/event.ts'
import { startHttpApi } from '../../local/aws/gateway/support.ts'

/** An HTTP API without a CORS configuration, as the stack has it if an allowed origin is neither http nor https. */
async function start(allowed: readonly string[], statusCode = 200) {
  const handler = withCors(allowed, async () => ({
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: '{}',
  }))
  const base = await startHttpApi({
    routes: ['GET /here', '$default'].map((routeKey) => ({
      routeKey,
      functionId: 'rest',
      timeoutMs: 10_000,
    })),
    invoke: (_functionId, event) => handler(event as RestEvent),
  })
  return async (path: string, headers: Record<string, string>, method = 'GET') => {
    const response = await fetch(base + path, { method, headers })
    const cors = [...response.headers].filter(([name]) => name.startsWith('access-control-'))
    return { status: response.status, cors: Object.fromEntries(cors) }
  }
}

const app = 'capacitor://localhost'

describe('CORS for origins that API Gateway refuses', () => {
  it.each([app, 'tauri://localhost', 'chrome-extension://abcdefghijklmnop', 'null'])(
    '[REST-3] responses name %s if it is allowed, on errors too',
    async (origin) => {
      for (const status of [200, 401, 404, 503]) {
        const send = await start(['https://chat.example', origin], status)
        expect(await send('/here', { origin })).toEqual({
          status,
          cors: { 'access-control-allow-origin': origin },
        })
        expect(await send('/here', { origin: 'https://chat.example' })).toMatchObject({
          cors: { 'access-control-allow-origin': 'https://chat.example' },
        })
      }
    },
  )

  it.each(['ionic://localhost', 'capacitor://localhost:1', 'null', 'https://evil.example'])(
    '[REST-3] responses do not name %s if it is not allowed',
    async (origin) => {
      const send = await start([app])
      expect(await send('/here', { origin })).toEqual({ status: 200, cors: {} })
      expect((await send('/here', {})).cors).toEqual({})
      const preflight = { origin, 'access-control-request-method': 'POST' }
      expect((await send('/here', preflight, 'OPTIONS')).cors).toEqual({})
    },
  )

  it('[REST-3] preflights on any path allow `authorization`, `content-type` and any other header', async () => {
    const send = await start([app])
    for (const path of ['/here', '/nowhere']) {
      const preflight = { origin: app, 'access-control-request-method': 'POST' }
      expect(await send(path, preflight, 'OPTIONS')).toEqual({
        status: 204,
        cors: {
          'access-control-allow-origin': app,
          'access-control-allow-methods': 'GET,POST,PUT,PATCH,DELETE,OPTIONS',
          'access-control-allow-headers': 'authorization,content-type,*',
          'access-control-max-age': '3600',
        },
      })
    }
  })
})
