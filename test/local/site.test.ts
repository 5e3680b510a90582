import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get, type IncomingHttpHeaders, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { STACK_NAME } from '../../lib/stack-name.ts'
import { createDistribution } from '../../local/aws/cloudfront/distribution.ts'
import { openBucket } from '../../local/aws/s3/bucket.ts'
import type { StackModel } from '../../local/stack/model.ts'
import { synthesize } from '../../local/stack/synthesize.ts'
import { demoOrigin } from '../support/constants.ts'

const page = '<!doctype html><title>Chat</title>'
const script = `export const text = '${'hello '.repeat(500)}'`

describe('the site', () => {
  const folder = mkdtempSync(join(tmpdir(), 'admin-chat-site-'))
  const outdir = mkdtempSync(join(tmpdir(), 'admin-chat-out-'))
  const unknownSockets: string[] = []
  const handshakes: Record<string, unknown>[] = []
  let stack: StackModel
  let server: Server
  let url: string

  beforeAll(async () => {
    stack = await synthesize({ outdir, allowedOrigins: [demoOrigin] })
    const files = {
      'index.html': page,
      'manifest.webmanifest': '{}',
      'service-worker.js': '// worker',
      'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
      'admin-chat.js': '// element',
      'client.js': '// library',
      'client.d.ts': '// types',
      'assets/app-1f2e.js': script,
      '.hidden.js': 'secret',
    }
    mkdirSync(join(folder, 'assets'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const distribution = createDistribution({
      site: stack.site,
      bucket: openBucket(folder, stack.site.uploads),
      httpApi: async ({ method, url, headers }, response) => {
        response.writeHead(404, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        response.end(JSON.stringify({ code: 'not_found', method, url, secret: headers['chat-site-secret'] }))
      },
      gateway: {
        handleUpgrade: ({ rawHeaders }, socket) => {
          const pairs = rawHeaders.flatMap((name, index) =>
            index % 2 === 0 ? [[name, rawHeaders[index + 1]]] : [],
          )
          handshakes.push(Object.fromEntries(pairs))
          socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')
        },
      },
      stage: stack.webSocketApi.stage,
      onUnknownSocket: (path) => unknownSockets.push(path),
    })
    server = createServer(distribution.handleRequest).on('upgrade', distribution.handleUpgrade)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
    for (const directory of [folder, outdir]) rmSync(directory, { recursive: true })
  })

  /** Sends a path exactly as written, which `fetch` would normalize. Returns the status line. */
  const statusOf = (path: string, headers = ''): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      socket.once('error', reject)
      socket.once('data', (data) => {
        socket.destroy()
        resolve(String(data).split('\r\n')[0] ?? '')
      })
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`)
    })

  it.each([
    '/',
    '/?lang=fr',
    '/index.html',
    '/c',
    '/c/6KF78E2kRLOvGyjYCZlFfQ',
    '/c/a/b/',
    '/apis',
    '/localhost',
  ])('[SITE-1] %s is the page', async (path) => {
    const response = await fetch(url + path)
    expect([response.status, await response.text()]).toEqual([200, page])
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  })

  it.each([
    '/missing.js',
    '/c/x.png',
    '/assets',
    '/assets/',
    '/assets/missing',
    '/assets/missing.js',
    '/api',
    '/ws',
    '/ws/other',
    '/local',
    '/local/users',
    '/local/x/y',
    '/.hidden.js',
    '/client.js/client.js',
    `/${'a'.repeat(5_000)}.js`,
  ])('[SITE-1] [SITE-2] %s is neither a file nor the page', async (path) => {
    const response = await fetch(url + path)
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('NoSuchKey')])
  })

  it.each(['/../secret.js', '/assets/../../secret.js', '/%2e%2e/secret.js', '/assets/..%2f..%2fsecret.js'])(
    'serves no file outside of the folder: %s',
    async (path) => {
      writeFileSync(join(folder, '..', 'secret.js'), 'secret')
      expect(await statusOf(path)).toContain('404')
      rmSync(join(folder, '..', 'secret.js'))
    },
  )

  it.each([
    ['GET', '/api/nope'],
    ['GET', '/api/admin/chat/conversations?limit=2'],
    ['POST', '/api/x.y'],
    ['OPTIONS', '/api/admin/chat/conversations'],
    ['GET', '/socket.io/?EIO=4'],
    ['GET', '/socket.io'],
  ])('[SITE-2] %s %s is answered by the API, which recognizes the site', async (method, path) => {
    const response = await fetch(url + path, { method, headers: { 'chat-site-secret': 'guessed' } })
    expect([response.status, await response.json()]).toEqual([
      404,
      { code: 'not_found', method, url: path, secret: expect.stringMatching(/^[0-9a-f]{48}$/) },
    ])
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('[SITE-3] hashed files are cached for a year, and all others are validated on each use', async () => {
    const cacheControl = async (path: string) => (await fetch(url + path)).headers.get('cache-control')
    expect(await cacheControl('/assets/app-1f2e.js')).toBe('public, max-age=31536000, immutable')
    for (const path of ['/', '/c/x', '/manifest.webmanifest', '/service-worker.js', '/icon.svg']) {
      expect(await cacheControl(path), path).toBe('public, max-age=0, must-revalidate')
    }
    expect(await cacheControl('/assets/missing.js')).toBeNull()
  })

  it('[SITE-3] a file is sent again only after it has changed', async () => {
    const etag = (await fetch(`${url}/client.js`)).headers.get('etag') ?? ''
    const statusFor = async (tags: string) =>
      (await fetch(`${url}/client.js`, { headers: { 'if-none-match': tags } })).status
    expect(await statusFor(etag)).toBe(304)
    expect(await statusFor(`"other", W/${etag}`)).toBe(304)
    expect(await statusFor('*')).toBe(304)
    expect(await statusFor('"other"')).toBe(200)
    writeFileSync(join(folder, 'client.js'), '// newer library')
    expect(await statusFor(etag)).toBe(200)
  })

  it.each([
    ['/admin-chat.js', 'text/javascript; charset=utf-8'],
    ['/client.js?v=2', 'text/javascript; charset=utf-8'],
    ['/client.d.ts', 'application/typescript; charset=utf-8'],
  ])('[SITE-4] %s is for every origin, and cached for five minutes at most', async (path, contentType) => {
    const response = await fetch(url + path, { headers: { origin: 'https://elsewhere.example' } })
    expect([response.status, Object.fromEntries(response.headers)]).toMatchObject([
      200,
      {
        'content-type': contentType,
        'access-control-allow-origin': '*',
        'cache-control': 'public, max-age=300',
        'cross-origin-resource-policy': 'cross-origin',
      },
    ])
  })

  it.each(['/', '/c/x', '/service-worker.js', '/assets/app-1f2e.js', '/missing.js', '/client.js', '/api/x'])(
    '[SITE-5] %s is protected by its headers',
    async (path) => {
      const { headers } = await fetch(url + path)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
    },
  )

  it('[SITE-5] the page must use Trusted Types, with one policy, and keeps other windows at a distance', async () => {
    const { headers } = await fetch(url)
    const policy = headers.get('content-security-policy')?.split('; ')
    expect(policy).toEqual(
      expect.arrayContaining(["require-trusted-types-for 'script'", 'trusted-types service-worker']),
    )
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  it.each([
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['br;q=0.5, gzip', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.3', 'gzip', gunzipSync],
  ] as const)(
    '[SITE-6] compresses for a client that accepts "%s"',
    async (accepted, encoding, decompress) => {
      const { status, headers, body } = await raw('/assets/app-1f2e.js', accepted)
      expect([status, headers['content-encoding'], headers['vary']]).toEqual([
        200,
        encoding,
        'Accept-Encoding',
      ])
      expect(Number(headers['content-length'])).toBe(body.length)
      expect(body.length).toBeLessThan(200)
      expect(decompress(body).toString()).toBe(script)
    },
  )

  it.each([
    ['/assets/app-1f2e.js', 'identity'],
    ['/assets/app-1f2e.js', 'br;q=0, gzip;q=0'],
    ['/client.js', 'gzip, br'],
  ])('[SITE-6] sends %s unchanged to a client that accepts "%s"', async (path, accepted) => {
    const { headers } = await raw(path, accepted)
    expect(headers['content-encoding']).toBeUndefined()
    expect(headers['etag']).not.toContain('W/')
  })

  /** `fetch` would decompress the body. */
  const raw = (path: string, accepted: string) =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
      get(url + path, { headers: { 'accept-encoding': accepted } }, async (response) => {
        const { statusCode: status = 0, headers } = response
        resolve({ status, headers, body: Buffer.concat(await response.toArray()) })
      }).once('error', reject)
    })

  it('[SITE-8] answers HEAD with the headers alone, and refuses other methods', async () => {
    const head = await fetch(`${url}/c/x`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      String(page.length),
      '',
    ])
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await fetch(`${url}/c/x`, { method })).status, method).toBe(403)
    }
  })

  it('forwards a handshake to the stage, with the host and the address of the client', async () => {
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nChat-Viewer-Address: 10.0.0.1\r\n'
    expect(await statusOf('/ws/chat?a=b', upgrade)).toContain('101')
    expect(handshakes.at(-1)).toMatchObject({
      'chat-viewer-host': '127.0.0.1',
      'chat-viewer-address': '127.0.0.1',
      'chat-site-secret': expect.stringMatching(/^[0-9a-f]{48}$/),
    })
    expect(handshakes.at(-1)).not.toHaveProperty('Chat-Viewer-Address')
    expect(await statusOf('/api/health', upgrade)).toContain('403')
    expect(await statusOf('/c/x', upgrade)).toContain('403')
    expect(unknownSockets).toEqual(['/api/health', '/c/x'])
    expect((await fetch(`${url}/ws/chat`)).status).toBe(426)
  })

  it('gives the functions of the APIs the same secret, which is not in the template', () => {
    const [origin] = stack.site.behaviors.filter(({ origin }) => origin === 'websocket-api')
    const secrets = [...stack.functions.values()].map(({ environment }) => environment['SITE_SECRET'])
    const secret = origin?.originHeaders.get('chat-site-secret') ?? ''
    expect(new Set(secrets)).toEqual(new Set([undefined, secret]))
    expect(readFileSync(join(outdir, `${STACK_NAME}.template.json`), 'utf8')).not.toContain(secret)
  })
})
