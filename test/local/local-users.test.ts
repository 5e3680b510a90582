import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLocalUsers, LOCAL_USERS_PATH } from '../../local/local-users.ts'

const ada = { id: 'ada', firstname: 'Ada', lastname: 'Lovelace', email: 'ada@example.org' }
const marvin = { id: 'marvin', firstname: 'Marvin', lastname: 'Android', email: 'marvin@example.org' }
const NOT_FOUND = { status: 404, body: { message: 'Not Found' } }

describe('GET /local/users', () => {
  const warnings: string[] = []
  let isBroken = false
  let server: Server
  let port: number

  beforeAll(async () => {
    const localUsers = createLocalUsers({
      listUsers: async () => {
        if (isBroken) throw new Error('no engine')
        return [
          { ...ada, role: 'admin' },
          { ...marvin, role: 'robot' },
        ]
      },
      token: (userId, hours) => `${userId} for ${hours} hours`,
      warn: (problem) => warnings.push(problem),
    })
    server = createServer((request, response) => void localUsers(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => void server.close())

  /** `fetch` would not send these headers. */
  const ask = (headers: Record<string, string>, method = 'GET') =>
    new Promise<{ status: number | undefined; body: unknown; cacheControl?: string | undefined }>(
      (resolve, reject) => {
        const call = request(
          { port, host: '127.0.0.1', path: LOCAL_USERS_PATH, method, headers },
          async (response) => {
            const text = Buffer.concat(await response.toArray()).toString()
            const cacheControl = response.headers['cache-control']
            resolve({ status: response.statusCode, body: text && JSON.parse(text), cacheControl })
          },
        )
        call.once('error', reject)
        call.end()
      },
    )

  it.each([
    {},
    { host: 'localhost:5000' },
    { host: '[::1]:5000' },
    { host: 'localhost:5000', origin: 'http://localhost:5000', 'sec-fetch-site': 'same-origin' },
    { host: 'localhost:5000', 'sec-fetch-site': 'none' },
  ])('[LOCAL-4] returns administrators with tokens to the page itself: %j', async (headers) => {
    expect(await ask(headers)).toEqual({
      status: 200,
      body: { users: [{ ...ada, token: 'ada for 12 hours' }] },
      cacheControl: 'no-store',
    })
  })

  it.each([
    { host: 'evil.example' },
    { host: 'localhost.evil.example:5000' },
    { host: 'localhost:5000', origin: 'http://localhost:3000' },
    { host: 'localhost:5000', origin: 'http://127.0.0.1:5000' },
    { host: 'localhost:5000', origin: 'https://localhost:5000' },
    { host: 'localhost:5000', origin: 'null' },
    { host: 'localhost:5000', origin: '' },
    { host: 'localhost:5000', 'sec-fetch-site': 'cross-site' },
    { host: 'localhost:5000', 'sec-fetch-site': 'same-site' },
    { host: 'localhost:5000', 'x-forwarded-for': '203.0.113.7' },
    { host: 'localhost:5000', 'x-forwarded-host': 'tunnel.example' },
    { host: 'localhost:5000', forwarded: 'for=203.0.113.7' },
    { host: 'localhost:5000', via: '1.1 proxy' },
  ])('[LOCAL-4] returns nothing to any other: %j', async (headers) => {
    expect(await ask(headers)).toMatchObject(NOT_FOUND)
  })

  it('[LOCAL-4] answers no other method', async () => {
    expect(await ask({}, 'POST')).toMatchObject(NOT_FOUND)
    expect(await ask({}, 'OPTIONS')).toMatchObject(NOT_FOUND)
  })

  it('is unavailable, and says why in the log, while the users cannot be read', async () => {
    isBroken = true
    expect((await ask({})).status).toBe(503)
    expect(warnings).toEqual(['the users could not be read: Error: no engine'])
  })
})
