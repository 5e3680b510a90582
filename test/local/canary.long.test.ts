import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { userHash } from '../../lambdas/log/user-hash.ts'
import type { AwsCall } from '../../local/aws/calls.ts'
import { formatEntry } from '../../local/log.ts'
import { type Runtime, startRuntime } from '../../local/runtime.ts'
import { restRoutes } from '../../protocol/endpoints.ts'
import { frameTypes } from '../../protocol/frames.ts'
import { canaries, writtenFiles } from './canaries.ts'

/** What stores the chat itself: the engine's file and the queues' messages. */
const stores = [/^dynamodb\.sqlite/, /^queues\.jsonl$/]

const canary = canaries()
const dataDir = mkdtempSync(join(tmpdir(), 'admin-chat-'))
const printed: string[] = []
const email = (kind: string) => canary.add(kind, `${canary.text(kind)}@example.org`)
const user = (name: string) => ({
  id: email(`id of ${name}`),
  firstname: canary.text(`first name of ${name}`),
  lastname: canary.text(`last name of ${name}`),
  email: email(`e-mail address of ${name}`),
  role: 'admin',
})
const [ada, bob, cyd] = [user('ada'), user('bob'), user('cyd')]
const jwtSecret = canary.add('secret', canary.text('secret').padEnd(40, 's'))

/** The calls that fail. */
let fails: (call: AwsCall) => boolean = () => false
let runtime: Runtime

/** Makes a REST call; resolves with what the answer contains. */
async function call(caller: { readonly id: string } | string, method: string, path: string, body?: unknown) {
  const token = typeof caller === 'string' ? caller : canary.add('token', runtime.token(caller.id, 1))
  const response = await fetch(`${runtime.url}/api/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const answer = (await response.json().catch(() => ({}))) as { data?: Record<string, never> }
  return answer.data
}
const chat = (caller: { readonly id: string }, method: string, path: string, body?: unknown) =>
  call(caller, method, `admin/chat/${path}`, body)

/** Opens a connection and sends frames one after another, each once the previous one is answered. */
async function overSocket(frames: readonly (object | string)[]): Promise<void> {
  const socket = new WebSocket(`${runtime.socketUrl}?token=${canary.add('token', runtime.token(ada.id, 2))}`)
  try {
    await once(socket, 'open')
  } catch {
    // The handshake was refused.
    return
  }
  for (const frame of frames) {
    socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
    // A typing frame has no answer.
    await once(socket, 'message', { signal: AbortSignal.timeout(300) }).catch(() => undefined)
    if (socket.readyState !== WebSocket.OPEN) break
  }
  socket.close()
  if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close')
}

/** A message with canaries wherever a client can put text. */
const aMessage = () => ({
  content: canary.text('content'),
  metadata: { [canary.text('key of metadata')]: canary.text('metadata') },
})
const key = (kind: string) => canary.text(kind)

/** Made by the first round. */
const made = { group: 'g', pair: 'p', invitation: 'i' }

/** Calls every route and sends every frame, with and without success. */
async function everything(): Promise<void> {
  const group = await chat(ada, 'POST', 'conversations', {
    title: canary.text('title'),
    user_ids: [bob.id],
    message: canary.text('text of an invitation'),
    client_request_id: key('client_request_id'),
  })
  made.group = group?.['conversation_id'] ?? made.group
  const conversation = `conversations/${made.group}`
  const { invitations = [] } = (await chat(bob, 'GET', 'invitations')) ?? {}
  for (const { id } of invitations as { id: string }[]) {
    await chat(bob, 'PUT', `invitations/${id}/respond`, { action: 'accept' })
  }
  const message = { to_user_id: cyd.id, message: canary.text('text of an invitation') }
  const invited = await chat(ada, 'POST', 'invitations', message)
  made.invitation = (invited?.['invitation_id'] as string | undefined) ?? made.invitation
  await chat(ada, 'DELETE', `invitations/${made.invitation}`)
  await chat(ada, 'POST', `${conversation}/invitations`, { user_ids: [cyd.id], message: message.message })
  await chat(ada, 'GET', `${conversation}/invitations`)

  await overSocket([
    { type: 'authenticate', token: canary.add('token', runtime.token(ada.id, 3)) },
    { type: 'join_conversation', conversation_id: made.group },
    {
      type: 'send_message',
      conversation_id: made.group,
      message: aMessage(),
      client_message_id: key('client_message_id'),
    },
    { type: 'typing', conversation_id: made.group, is_typing: true },
    { type: 'mark_read', conversation_id: made.group, seq: 1 },
    { type: 'ping' },
    { type: 'send_message', conversation_id: made.group, message: aMessage(), sender_id: bob.id },
    {
      type: 'send_message',
      conversation_id: made.group,
      message: { content: `${key('content')}`.repeat(999) },
    },
    { type: 'send_message', conversation_id: key('id'), message: aMessage() },
    { type: canary.text('type of a frame'), text: canary.text('content') },
    `{"type":"ping","request_id":"${key('request_id')}"`,
    { type: 'leave_conversation', conversation_id: made.group },
  ])
  await overSocket([
    { type: 'send_message', conversation_id: made.group, message: aMessage() },
    { type: 'authenticate', token: canary.text('forged token') },
    { type: 'authenticate', token: `${runtime.token(ada.id, 4).slice(0, -4)}abcd` },
  ])
  await chat(ada, 'POST', `${conversation}/messages`, aMessage())
  await chat(ada, 'PATCH', `${conversation}/messages/1`, aMessage())
  await chat(ada, 'DELETE', `${conversation}/messages/1`, { connection_id: key('connection_id') })
  await chat(cyd, 'POST', `${conversation}/messages`, aMessage())
  await chat(ada, 'POST', `${conversation}/messages`, `{"content":"${canary.text('content')}`)
  await chat(bob, 'GET', `${conversation}/messages?before=${key('query')}`)
  await chat(bob, 'GET', `${conversation}/messages`)
  await chat(bob, 'GET', 'conversations')
  await chat(bob, 'GET', `conversations?cursor=${key('query')}`)
  await chat(bob, 'POST', `${conversation}/mark-read`, {})
  await chat(ada, 'GET', `admins/search?q=${bob.firstname}`)
  await chat(ada, 'POST', `${conversation}/owner`, { user_id: cyd.id })
  await chat(ada, 'DELETE', `${conversation}/participants/${encodeURIComponent(bob.id)}`, {})
  await chat(ada, 'POST', `${conversation}/leave`, {})
  await call(canary.text('forged token'), 'GET', 'admin/chat/conversations')
  await call(ada, 'GET', `admin/chat/${key('path')}?q=${key('query')}`)
  await call(ada, 'GET', 'health')

  const [worker] = [...runtime.stack.functions.values()].filter(({ codeDir }) => codeDir.endsWith('worker'))
  const tasks = [
    { task: 'presence', user: ada.id },
    { task: 'dismiss', user: cyd.id, at: 0 },
    { task: 'deliver', conversation: made.group, seq: 1, messageTo: [], updateTo: [] },
    { task: 'push', user: ada.id, connections: ['AAAAAAAAAAAAAAA='], frame: key('content') },
    { task: canary.text('name of a task').length, frame: canary.text('content') },
  ]
  const bodies = [...tasks.map((task) => JSON.stringify(task)), `{"frame":"${canary.text('content')}`]
  const Records = bodies.map((body, n) => ({ messageId: `m${n}`, body }))
  await runtime.invoke(worker?.id ?? '', { Records })
  await runtime.invoke(worker?.id ?? '', { task: 'sweep' }).catch(() => undefined)
}

const log = (name: string) =>
  readFileSync(join(dataDir, 'logs', `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
const invocations = (name: string) =>
  log(name)
    .map(({ message }) => message)
    .filter((message) => message?.event === 'invocation')

describe('what the laptop writes', () => {
  beforeAll(async () => {
    runtime = await startRuntime({
      dataDir,
      jwtSecret,
      users: [ada, bob, cyd],
      settings: { logLevel: 'debug', metrics: true },
      intercept: (awsCall) =>
        fails(awsCall)
          ? { status: 500, type: 'InternalServerError', message: 'The request failed.' }
          : undefined,
      log: (source, line) => printed.push(line, formatEntry(source, line)),
      trace: (line) => printed.push(line),
    })
    await everything()
    const faults: ((awsCall: AwsCall) => boolean)[] = [
      ({ service }) => service === 'execute-api' || service === 'sqs',
      ({ service, operation }) => service === 'dynamodb' && /Put|Update|Transact/.test(operation),
    ]
    for (const fault of faults) {
      fails = fault
      await everything()
    }
    await runtime.stop()
  }, 240_000)
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

  it('[OPS-14] has a line for every route, frame and task', () => {
    const routes = (name: string) => new Set(invocations(name).map(({ route }) => route))
    expect([...routes('rest')].sort()).toEqual([...restRoutes, '$default'].sort())
    for (const type of frameTypes) expect(routes('frames')).toContain(type)
    expect([...routes('lifecycle')].sort()).toEqual(['$connect', '$disconnect'])
    for (const task of ['presence', 'dismiss', 'deliver', 'push', 'sweep']) {
      expect(routes('worker')).toContain(task)
    }
    const all = ['rest', 'frames', 'lifecycle', 'worker'].flatMap(invocations)
    const codes = new Set(all.map(({ code }) => code))
    for (const code of ['ok', 'unavailable', 'unauthorized', 'not_found', 'failed']) {
      expect(codes).toContain(code)
    }
  })

  it('[OPS-14] says what became of a message', () => {
    const [sent] = invocations('frames').filter(
      ({ route, code }) => route === 'send_message' && code === 'ok',
    )
    expect(sent).toMatchObject({
      conversation: expect.any(String),
      message_id: expect.stringMatching(/^\d+-.{22}$/),
      seq: expect.any(Number),
      ack: 'delivered',
      ack_ms: expect.any(Number),
      gateway_request_id: expect.any(String),
      attempts: 1,
      calls: { dynamodb: expect.any(Number), connections: expect.any(Number) },
      units: { read: expect.any(Number), write: expect.any(Number) },
    })
  })

  it('[OPS-15] names a user by a hash', () => {
    const salt = runtime.stack.outputs['LogSalt'] ?? ''
    expect(invocations('rest').map(({ user }) => user)).toContain(userHash(salt, ada.id))
  })

  it('[OPS-2] [OPS-16] contains no token, secret, content, title, metadata, name, e-mail address or id of a user', () => {
    const files = writtenFiles(dataDir, stores)
    expect([...files.keys()]).toContain(join('logs', 'frames.jsonl'))
    const found = [...files].flatMap(([file, text]) => canary.in(text).map((kind) => `${kind} in ${file}`))
    expect(found).toEqual([])
    expect(printed.length).toBeGreaterThan(100)
    // The trace shows a developer which path was not found.
    const shown = printed.filter((line) => !line.includes(' 404 '))
    expect(shown.flatMap((line) => canary.in(line).map((kind) => `${kind} in ${line}`))).toEqual([])
  })
})
