import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { socketPathOf } from '../../local/aws/dynamodb/engine-client.ts'
import { canIsolate } from '../../local/aws/dynamodb/placement.ts'
import { recordOf } from '../../local/processes.ts'
import { type RuntimeFile, readRuntimeFile } from '../../local/runtime-file.ts'
import { listeningAddresses, processTree } from './processes.ts'

const isLinux = process.platform === 'linux'
const isIsolated = await canIsolate()

const webSocket = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

/** Sends a request as a web page could, or with a host that only another program can send. */
async function ask(port: number, headers: Readonly<Record<string, string>>, path = '/', method = 'GET') {
  const outgoing = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    headers,
    agent: false,
    timeout: 5_000,
  }).end()
  const [answer] = (await Promise.race([once(outgoing, 'response'), once(outgoing, 'upgrade')])) as [
    IncomingMessage,
  ]
  const { statusCode: status, headers: received } = answer
  const cors = Object.keys(received).filter((name) => name.startsWith('access-control-'))
  const body = status === 101 ? '' : (await answer.toArray()).join('')
  outgoing.destroy()
  return { status, cors, body }
}

describe('what a web page can reach on the laptop', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'admin-chat-'))
  let chat: ChildProcess
  let runtime: RuntimeFile

  beforeAll(async () => {
    const faults = join(dataDir, 'faults.json')
    // The faults must open no port of their own.
    writeFileSync(faults, '{ "database": { "errorBefore": 1e-9 } }')
    const env = { ...process.env, PORT: '0', DATA_DIR: dataDir, FAULTS: faults }
    chat = spawn(process.execPath, ['local/main.cjs'], { env, stdio: 'ignore' })
    runtime = await vi.waitFor(
      () => {
        const file = readRuntimeFile(dataDir)
        if (!file) throw new Error('the chat has not started')
        return file
      },
      { timeout: 50_000, interval: 100 },
    )
  })
  afterAll(() => {
    chat.kill('SIGKILL')
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
  })

  it.runIf(isLinux && isIsolated)(
    '[LOCAL-1] the chat and the signed AWS port are the only open ports',
    () => {
      const aws = new URL(runtime.awsEndpoint)
      const expected = [`127.0.0.1:${runtime.port}`, `127.0.0.1:${aws.port}`]
      const found = listeningAddresses(processTree(chat.pid ?? 0))
      expect(found.filter((address) => address !== `[::1]:${runtime.port}`).sort()).toEqual(expected.sort())
    },
  )

  it('[LOCAL-1] the AWS port answers only signed calls, without CORS headers', async () => {
    const port = Number(new URL(runtime.awsEndpoint).port)
    const origin = 'http://localhost:3000'
    const target = { 'content-type': 'text/plain', 'x-amz-target': 'DynamoDB_20120810.ListTables' }
    for (const [method, headers] of [
      ['GET', {}],
      ['POST', target],
      ['OPTIONS', { 'access-control-request-method': 'POST' }],
      ['GET', webSocket],
    ] as const) {
      const all = { host: `localhost:${port}`, origin, ...headers }
      expect(await ask(port, all, '/', method)).toMatchObject({ status: 403, cors: [] })
    }
  })

  it.each(['evil.example', 'localhost.evil.example', '0.0.0.0'])(
    '[LOCAL-2] both ports refuse the host %s, with no CORS',
    async (name) => {
      const aws = Number(new URL(runtime.awsEndpoint).port)
      for (const [port, path, headers] of [
        [runtime.port, '/api/health', {}],
        [runtime.port, '/client.js', {}],
        [runtime.port, '/ws/chat', webSocket],
        [aws, '/', {}],
        [aws, '/', webSocket],
      ] as const) {
        const host = `${name}:${port}`
        const { status, cors, body } = await ask(port, { host, origin: `http://${host}`, ...headers }, path)
        expect({ status, cors }).toEqual({ status: 403, cors: [] })
        expect(JSON.parse(body).message).toContain(`The host "${host}" is not this machine`)
      }
    },
  )

  it.each(['localhost', '127.0.0.1', '[::1]', 'chat.localhost'])(
    '[LOCAL-2] the host %s is served',
    async (name) => {
      const host = `${name}:${runtime.port}`
      expect(await ask(runtime.port, { host }, '/api/health')).toMatchObject({ status: 200 })
      expect(await ask(runtime.port, { host, ...webSocket }, '/ws/chat')).toMatchObject({ status: 101 })
    },
  )

  it.runIf(isLinux)('leaves no process and no socket behind after kill -9', async () => {
    const socket = socketPathOf(runtime.databaseEndpoint)
    const processes = processTree(chat.pid ?? 0).map((pid) => recordOf(pid))
    expect(processes.length).toBeGreaterThan(2)
    chat.kill('SIGKILL')
    await vi.waitFor(
      () => {
        const left = processes.filter((record) => record && recordOf(record.pid)?.started === record.started)
        expect(left).toEqual([])
        expect(socket !== undefined && existsSync(dirname(socket))).toBe(false)
      },
      { timeout: 10_000 },
    )
  })
})
