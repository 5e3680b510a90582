import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSite } from '../../local/site.ts'

describe('the site', () => {
  const parent = mkdtempSync(join(tmpdir(), 'admin-chat-'))
  const folder = join(parent, 'site')
  let server: Server
  let url: string

  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'), { recursive: true })
    writeFileSync(join(parent, 'secret.js'), 'secret')
    writeFileSync(join(folder, '.hidden.js'), 'secret')
    writeFileSync(join(folder, 'secret.json'), 'secret')
    writeFileSync(join(folder, 'client.js'), 'export const one = 1')
    writeFileSync(join(folder, 'client.d.ts'), 'export declare const one: 1')
    writeFileSync(join(folder, 'assets', 'a-1.js'), 'asset')
    const site = createSite(folder)
    server = createServer((request, response) => {
      if (!site(request, response)) response.writeHead(404).end('elsewhere')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.close()
    rmSync(parent, { recursive: true })
  })

  it.each([
    ['/client.js', 'text/javascript; charset=utf-8', 'export const one = 1'],
    ['/client.js?v=2', 'text/javascript; charset=utf-8', 'export const one = 1'],
    ['/client.d.ts', 'application/typescript; charset=utf-8', 'export declare const one: 1'],
    ['/assets/a-1.js', 'text/javascript; charset=utf-8', 'asset'],
  ])(
    '[LOCAL-3] serves %s to every origin, cached for five minutes at most',
    async (path, contentType, body) => {
      const response = await fetch(url + path, { headers: { origin: 'https://elsewhere.example' } })
      expect(response.status).toBe(200)
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': contentType,
        'content-length': String(body.length),
        'access-control-allow-origin': '*',
        'cache-control': 'public, max-age=300',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      })
      expect(await response.text()).toBe(body)
    },
  )

  it('answers HEAD with the headers alone', async () => {
    const response = await fetch(`${url}/client.js`, { method: 'HEAD' })
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
      200,
      '20',
      '',
    ])
  })

  it('sends a file again only after it has changed', async () => {
    const etag = (await fetch(`${url}/client.js`)).headers.get('etag') ?? ''
    const statusFor = async (tags: string) =>
      (await fetch(`${url}/client.js`, { headers: { 'if-none-match': tags } })).status
    expect(await statusFor(etag)).toBe(304)
    expect(await statusFor(`"other", W/${etag}`)).toBe(304)
    expect(await statusFor('"other"')).toBe(200)
    writeFileSync(join(folder, 'client.js'), 'export const one = 2')
    expect(await statusFor(etag)).toBe(200)
  })

  it.each([
    ['GET', '/'],
    ['GET', '/missing.js'],
    ['GET', '/assets'],
    ['GET', '/assets/'],
    ['GET', '/client.js/client.js'],
    ['GET', '/secret.json'],
    ['GET', '/.hidden.js'],
    ['GET', '/%2e%2e/secret.js'],
    ['GET', '/assets/..%2f..%2fsecret.js'],
    ['GET', `/${'a'.repeat(5_000)}.js`],
    ['POST', '/client.js'],
    ['OPTIONS', '/client.js'],
  ])('leaves %s %s to others', async (method, path) => {
    const response = await fetch(url + path, { method })
    expect([response.status, await response.text()]).toEqual([404, 'elsewhere'])
  })
})
