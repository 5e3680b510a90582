import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { listen } from '../../local/network.ts'
import { type Runtime, startRuntime } from '../../local/runtime.ts'
import { readRuntimeFile } from '../../local/runtime-file.ts'
import { temporaryDirectory } from './temporary.ts'

/** The status line that answers an upgrade. */
function upgradeStatus(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', reject)
    socket.once('data', (data) => {
      socket.destroy()
      resolve(String(data).split('\r\n')[0] ?? '')
    })
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
  })
}

describe('the runtime', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'admin-chat-'))
  const log: string[] = []
  let runtime: Runtime

  beforeAll(async () => {
    runtime = await startRuntime({ dataDir, log: (source, line) => log.push(`${source}: ${line}`) })
  })
  afterAll(async () => {
    await runtime.stop()
    rmSync(dataDir, { recursive: true })
  })

  it('answers health on both loopback addresses and listens on no other', async () => {
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

  it('serves the socket at the path of the site and at the stage, and nowhere else', async () => {
    expect(await upgradeStatus(runtime.port, '/ws/chat')).toContain('101')
    expect(await upgradeStatus(runtime.port, `/${runtime.stack.webSocketApi.stage}?a=b`)).toContain('101')
    expect(await upgradeStatus(runtime.port, '/other')).toContain('403')
    expect((await fetch(`${runtime.url}/ws/chat`)).status).toBe(426)
  })

  it('brings a message of the queue to the worker, and keeps what the worker cannot do', async () => {
    const QueueUrl = readRuntimeFile(dataDir)?.outputs['TasksQueueUrl']
    expect(QueueUrl).toContain(`${runtime.awsEndpoint}/`)
    const client = new SQSClient({
      region: 'eu-west-1',
      endpoint: runtime.awsEndpoint,
      credentials: runtime.operator,
    })
    const MessageBody = JSON.stringify({ task: 'nobody_knows' })
    const { MessageId } = await client.send(new SendMessageCommand({ QueueUrl, MessageBody }))
    await vi.waitFor(() => expect(log.join('\n')).toContain('no handler for the task nobody_knows'))
    expect(log.join('\n')).toContain(`"messageId":"${MessageId}"`)
    expect(readFileSync(join(dataDir, 'queues.jsonl'), 'utf8')).toContain('nobody_knows')
  })

  it('runs the same from new bundles after a reload', async () => {
    await runtime.reload()
    expect((await fetch(`${runtime.url}/api/health`)).status).toBe(200)
  })

  it('is alone on its data directory and on its port, and says so', async () => {
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

  it('tells the commands where it is, with the callback URL of the laptop', () => {
    const file = readRuntimeFile(dataDir)
    expect(file).toMatchObject({ port: runtime.port, awsEndpoint: runtime.awsEndpoint, pid: process.pid })
    expect(file?.outputs).toMatchObject({
      UsersTable: runtime.tables.users,
      CallbackUrl: `${runtime.awsEndpoint}/${runtime.stack.webSocketApi.stage}`,
    })
  })

  it('stops, and says why, when the engine ends', async () => {
    process.kill(JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8')).pid, 'SIGKILL')
    expect(await runtime.failed).toContain('database engine ended by itself')
    await expect(fetch(`${runtime.url}/api/health`)).rejects.toThrow()
    expect(readRuntimeFile(dataDir)).toBeUndefined()
    expect(log.filter((line) => line.includes('DENIED'))).toEqual([])
  })
})
