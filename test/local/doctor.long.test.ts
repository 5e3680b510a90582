import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Finding } from '../../cli/admin/doctor/check.ts'
import { doctorCommand } from '../../cli/admin/doctor/command.ts'
import { type Runtime, startRuntime } from '../../local/runtime.ts'
import { readRuntimeFile } from '../../local/runtime-file.ts'
import { place } from '../../local/stack/names.ts'
import { signToken } from '../../local/tokens.ts'
import { adminJson } from '../support/admin.ts'

const users = ['ada', 'bob'].map((id) => ({ id, firstname: id, lastname: 'Test', email: '', role: 'admin' }))

/** Opens a connection, sends frames, and resolves with what it receives until it has as many frames. */
async function exchange(
  runtime: Runtime,
  frames: readonly object[],
  origin?: string,
): Promise<readonly unknown[]> {
  const socket = new WebSocket(runtime.socketUrl, origin === undefined ? {} : { origin })
  const received: unknown[] = []
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('open', () => frames.forEach((frame) => void socket.send(JSON.stringify(frame))))
      socket.on('message', (data) => {
        received.push(JSON.parse(String(data)))
        if (received.length === frames.length) resolve()
      })
    })
    return received
  } finally {
    socket.terminate()
  }
}

describe('doctor on a laptop that is broken in five ways', () => {
  let dataDir: string
  let runtime: Runtime
  let findings: readonly (Finding & { readonly check: string })[]

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'admin-chat-'))
    runtime = await startRuntime({
      dataDir,
      users,
      allowedOrigins: ['https://a.example'],
      settings: { framesPerSecond: 1, frameBurst: 10 },
      faults: { database: { slow: 1, slowMillis: 150 } },
      log: () => undefined,
    })
    // A token of another secret, a page of another origin, a user who sends too much, and a task that failed too often.
    const token = signToken('another secret that is longer than 32 bytes', 'ada', 1)
    await exchange(runtime, [{ type: 'authenticate', token }])
    await expect(exchange(runtime, [{ type: 'ping' }], 'https://b.example')).rejects.toThrow('403')
    const authenticate = { type: 'authenticate', token: runtime.token('ada', 1) }
    await exchange(runtime, [authenticate, ...Array.from({ length: 40 }, () => ({ type: 'ping' }))])
    const {
      awsEndpoint: endpoint,
      credentials,
      outputs,
    } = readRuntimeFile(dataDir) ?? expect.fail('not running')
    const sqs = new SQSClient({ endpoint, credentials, region: place.region })
    const letter = { QueueUrl: outputs['DeadLettersUrl'], MessageBody: '{"task":"retire","connection":"A="}' }
    await sqs.send(new SendMessageCommand(letter))
    findings = (await adminJson(dataDir, doctorCommand())).findings
  }, 120_000)
  afterAll(async () => {
    await runtime.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it.each([
    ['tokens', /^1 token refused since the start at \S+ \S+Z: signed with another key, last at /],
    [
      'refused pages',
      /^Pages of https:\/\/b\.example were refused, 1 time since the start at \S+ \S+Z, last at /,
    ],
    [
      'rates',
      /^ada was refused \d+ times since the start at \S+ \S+Z for sending too fast \(ping\), last at /,
    ],
    ['database', /^A read takes \d+ ms, so everything is slow\.$/],
    ['dead letters', /^1 task failed too often and will not be tried again\.$/],
  ])('[OPS-35] names the cause: %s', (check, text) => {
    expect(findings.filter((finding) => finding.check === check)).toEqual([
      { check, level: 'problem', text: expect.stringMatching(text), remedy: expect.any(String) },
    ])
  })

  it('[OPS-35] says that faults are injected', () => {
    expect(findings.find(({ check }) => check === 'faults')).toMatchObject({
      level: 'note',
      text: 'Faults on (seed 1): database.slow 1, database.slowMillis 150.',
    })
  })

  it('[OPS-35] reports nothing else as broken, apart from what is slow', () => {
    const broken = findings.filter(({ level }) => level === 'problem' || level === 'unknown')
    const others = broken
      .map(({ check }) => check)
      .filter((check) => !['speed', 'round trip'].includes(check))
    expect(others).toEqual(['refused pages', 'tokens', 'rates', 'database', 'dead letters'])
  })
})
