import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { listen } from '../../local/network.ts'
import { type Runtime, startRuntime } from '../../local/runtime.ts'
import { readRuntimeFile } from '../../local/runtime-file.ts'
import { tokenClaims } from '../../local/targets.ts'
import { signToken } from '../../local/tokens.ts'
import { temporaryDirectory } from './temporary.ts'

/** The status line of the response to a WebSocket upgrade. */
function upgradeStatus(port: number, path: string, origin?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', reject)
    socket.once('data', (data) => {
      socket.destroy()
      resolve(String(data).split('\r\n')[0] ?? '')
    })
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
        `${origin === undefined ? '' : `Origin: ${origin}\r\n`}\r\n`,
    )
  })
}

/** The origin that the API allows in its response to a preflight. */
async function allowedByPreflight(url: string, origin: string): Promise<string | null> {
  const headers = { origin, 'access-control-request-method': 'POST' }
  const response = await fetch(`${url}/api/admin/chat/invitations`, { method: 'OPTIONS', headers })
  return response.headers.get('access-control-allow-origin')
}

describe('the runtime', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'admin-chat-'))
  const log: string[] = []
  const trace: string[] = []
  let runtime: Runtime

  beforeAll(async () => {
    runtime = await startRuntime({
      dataDir,
      users: [{ id: 'ada', firstname: 'Ada', lastname: 'Lovelace', email: '', role: 'admin' }],
      settings: { tokenAudience: 'chat', tokenIssuer: 'https://site.example' },
      log: (source, line) => log.push(`${source}: ${line}`),
      trace: (line) => trace.push(line),
    })
  })
  afterAll(async () => {
    await runtime.stop()
    rmSync(dataDir, { recursive: true })
  })

  it('[REST-7] [LOCAL-1] answers health on both loopback addresses and listens on no other', async () => {
    expect((await fetch(`http://127.0.0.1:${runtime.port}/api/health`)).status).toBe(200)
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
    if (addresses.some(({ address }) => address === '::1')) {
      expect((await fetch(`http://[::1]:${runtime.port}/api/health`)).status).toBe(200)
    }
    for (const { address, internal, family } of addresses) {
      if (internal || family !== 'IPv4') continue
      await expect(fetch(`http://${address}:${runtime.port}/api/health`)).rejects.toThrow()
    }
  })

  it('[AUTH-11] signs tokens with the claims that the stack requires, and refuses others of the same secret', async () => {
    const statusWith = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`${runtime.url}/api/admin/chat/conversations`, { headers })).status
    }
    expect(await statusWith(runtime.token('ada', 1))).toBe(200)
    expect(await statusWith(signToken(runtime.jwtSecret, 'ada', 1))).toBe(401)
    const claims = tokenClaims(readRuntimeFile(dataDir)?.outputs ?? {})
    expect(await statusWith(signToken(runtime.jwtSecret, 'ada', 1, claims))).toBe(200)
  })

  it('serves the socket at the path of the site and at the stage, and nowhere else', async () => {
    expect(await upgradeStatus(runtime.port, '/ws/chat')).toContain('101')
    expect(await upgradeStatus(runtime.port, `/${runtime.stack.webSocketApi.stage}?a=b`)).toContain('101')
    expect(await upgradeStatus(runtime.port, '/other?token=x')).toContain('403')
    expect(log).toContain('gateway: refused a WebSocket at /other; connect to /ws/chat')
    expect((await fetch(`${runtime.url}/ws/chat`)).status).toBe(426)
  })

  it.each([
    ['GET', '/api/health', 'h2c', '', '200'],
    ['GET', '/api/health', 'TLS/1.0, h2c', '', '200'],
    ['GET', '/ws/chat', 'h2c', '', '426'],
    ['GET', '/socket.io/?EIO=4&transport=websocket', 'websocket', '', '404'],
    ['POST', '/api/admin/chat/conversations', 'h2c', '{"title":"Ops"}', '401'],
  ])('[REST-14] [REST-12] %s %s ignores "Upgrade: %s"', async (method, path, upgrade, body, status) => {
    const ask =
      `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${upgrade}\r\n` +
      `HTTP2-Settings: AAEAAEAA\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`
    const answers = await new Promise<string>((resolve, reject) => {
      const socket = connect(runtime.port, '127.0.0.1')
      let received = ''
      socket.once('error', reject)
      socket.on('data', (data) => {
        received += String(data)
        // The connection stays usable for the next request.
        if (received.split('HTTP/1.1 ').length === 2 && received.includes('\r\n\r\n')) socket.write(ask)
        if (received.split('HTTP/1.1 ').length === 3) socket.destroy()
      })
      socket.once('close', () => resolve(received))
      socket.write(ask)
    })
    const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code)
    expect(statuses).toEqual([status, status])
  })

  it.each([
    'http://localhost:5173',
    'http://127.0.0.1:8080',
    'http://localhost',
    'https://mathiascoutant.github.io',
  ])('accepts the origin %s by default, in handshakes and preflights', async (origin) => {
    expect(await upgradeStatus(runtime.port, '/ws/chat', origin)).toContain('101')
    expect(await allowedByPreflight(runtime.url, origin)).toBe(origin)
  })

  it.each(['https://evil.example', 'https://localhost:5173', 'http://localhost.evil.example'])(
    'refuses the origin %s, and logs the setting that decides it',
    async (origin) => {
      expect(await upgradeStatus(runtime.port, '/ws/chat', origin)).toContain('403')
      expect(await allowedByPreflight(runtime.url, origin)).toBeNull()
      expect(log).toContain(
        `gateway: refused origin ${origin}; ALLOWED_ORIGINS=http://localhost:3000,` +
          'https://mathiascoutant.github.io,http://localhost:*,http://127.0.0.1:*',
      )
    },
  )

  it('traces requests without their query, and frames by type', async () => {
    await fetch(`${runtime.url}/api/admin/chat/admins/search?q=private`)
    await upgradeStatus(runtime.port, '/ws/chat')
    await vi.waitFor(() => {
      expect(trace).toContainEqual(
        expect.stringMatching(/^GET \/api\/admin\/chat\/admins\/search 401 \d+ ms$/),
      )
      expect(trace).toContainEqual(expect.stringMatching(/^→ \$connect from .{4}…$/))
    })
  })

  it('delivers a message from the queue to the worker, and keeps it if the worker fails', async () => {
    const QueueUrl = readRuntimeFile(dataDir)?.outputs['TasksQueueUrl']
    expect(QueueUrl).toContain(`${runtime.awsEndpoint}/`)
    const client = new SQSClient({
      region: 'eu-west-1',
      endpoint: runtime.awsEndpoint,
      credentials: runtime.operator,
    })
    const MessageBody = JSON.stringify({ task: 'nobody_knows' })
    const { MessageId } = await client.send(new SendMessageCommand({ QueueUrl, MessageBody }))
    const isRefused = () => expect(log.join('\n')).toContain('no handler for the task nobody_knows')
    // The queue gathers a batch for a second.
    await vi.waitFor(isRefused, 10_000)
    expect(log.join('\n')).toContain(`"task_id":"${MessageId}"`)
    expect(readFileSync(join(dataDir, 'queues.jsonl'), 'utf8')).toContain('nobody_knows')
  })

  it('[SITE-4] serves the client library and its types', async () => {
    const library = await fetch(`${runtime.url}/client.js`)
    expect(library.headers.get('content-type')).toContain('text/javascript')
    expect(await library.text()).toContain('createChat')
    const types = await fetch(`${runtime.url}/client.d.ts`)
    expect(await types.text()).toContain('declare function createChat')
  })

  it('replaces no function on a reload without changes', async () => {
    expect((await runtime.reload()).changed).toBe(0)
    expect((await fetch(`${runtime.url}/api/health`)).status).toBe(200)
  })

  it('refuses a data directory or a port that is in use', async () => {
    await expect(startRuntime({ dataDir })).rejects.toThrow(/in use by process \d+/)
    const { port } = runtime
    await expect(startRuntime({ dataDir: temporaryDirectory(), port })).rejects.toThrow(
      `Port ${port} is taken by another program`,
    )
    const other = createServer()
    onTestFinished(() => void other.close())
    const taken = await listen(other, 0, '127.0.0.1')
    const freed = temporaryDirectory()
    await expect(startRuntime({ dataDir: freed, port: taken })).rejects.toThrow('is taken')
    expect(existsSync(join(freed, 'lock.json'))).toBe(false)
  })

  it('lets the commands find it, with the callback URL of the laptop', () => {
    const file = readRuntimeFile(dataDir)
    expect(file).toMatchObject({ port: runtime.port, awsEndpoint: runtime.awsEndpoint, pid: process.pid })
    expect(file?.outputs).toMatchObject({
      UsersTable: runtime.tables.users,
      CallbackUrl: `${runtime.awsEndpoint}/${runtime.stack.webSocketApi.stage}`,
    })
  })

  it('stops when the engine exits, and says why', async () => {
    process.kill(JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8')).pid, 'SIGKILL')
    expect(await runtime.failed).toBe(
      'The database engine ended unexpectedly (SIGKILL). Start again: nothing is lost.',
    )
    await expect(fetch(`${runtime.url}/api/health`)).rejects.toThrow()
    expect(readRuntimeFile(dataDir)).toBeUndefined()
    expect(log.filter((line) => line.includes('DENIED'))).toEqual([])
  })
})
