/**
 * Measures connect, authenticate, join and send against cold functions, each in a fresh process. Compares the three
 * functions of the stack, split by trust boundary, with one function per route.
 *
 *   npm run bench:cold
 */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { Command } from 'commander'
import { build } from 'esbuild'
import jwt from 'jsonwebtoken'
import { invitationStore } from '../lambdas/stores/invitations.ts'
import { userStore } from '../lambdas/stores/users.ts'
import { createEngineClient } from '../local/aws/dynamodb/engine-client.ts'
import { functionEnvironment } from '../local/aws/lambda/environment.ts'
import { quietSdk } from '../local/quiet-sdk.ts'
import { startRuntime } from '../local/runtime.ts'

new Command('npm run bench:cold')
  .description(
    'Measures a first send against cold functions: the functions of the stack, or one function per route.',
  )
  .allowExcessArguments(false)
  .parse()

quietSdk()
const SAMPLES = 15
const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const dataDir = await mkdtemp(join(tmpdir(), 'admin-chat-cold-'))
const runtime = await startRuntime({ dataDir, jwtSecret: 'the secret of a benchmark, longer than 32 bytes' })

/** The source of a function for a single route. */
const routeEntry = (frame: string, file: string) => `
  import { composeSocketDeps } from './lambdas/compose.ts'
  import { dispatch } from './lambdas/websocket/dispatch.ts'
  import * as route from './lambdas/websocket/${file}.ts'
  const deps = composeSocketDeps()
  const handlers = { ${frame}: Object.values(route)[0](deps) }
  export const handler = (event) => dispatch(deps, handlers, event)`

async function bundle(name: string, contents: string): Promise<string> {
  const outfile = join(dataDir, `${name}.cjs`)
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
  })
  return outfile
}
const entry = (name: string) => `export { handler } from './lambdas/functions/${name}.ts'`
const bundles = {
  lifecycle: await bundle('lifecycle', entry('lifecycle')),
  frames: await bundle('frames', entry('frames')),
  authenticate: await bundle('authenticate', routeEntry('authenticate', 'authenticate')),
  join: await bundle('join', routeEntry('join_conversation', 'join-conversation')),
  send: await bundle('send', routeEntry('send_message', 'send-message')),
}

const db = DynamoDBDocumentClient.from(createEngineClient(runtime.databaseEndpoint))
const { tables } = runtime
await userStore({ db, tableName: tables.users }).importUsers(
  ['ada', 'bob'].map((id) => ({ id, firstname: id, lastname: '', email: '', role: 'admin' })),
)
const conversation = 'bench'
const invitations = invitationStore({
  db,
  tableName: tables.invitations,
  conversationsTable: tables.conversations,
  lifetimeDays: 30,
})
const createdAt = new Date().toISOString()
const invitation = { id: 'i', from: 'ada', to: 'bob', message: '', status: 'pending' as const, createdAt }
await invitations.create(invitation, { maxSent: 0, sentTo: () => [] })
const stored = await invitations.find(invitation.id)
if (stored) await invitations.accept(stored, conversation, createdAt)

/** The combined environment of all functions of the stack, with the operator's permissions. */
const env: Record<string, string> = Object.assign(
  {},
  ...[...runtime.stack.functions.values()].map((model) =>
    functionEnvironment(model, runtime.operator, runtime.awsEndpoint),
  ),
)

async function runCold(file: string, events: readonly object[]) {
  const script = fileURLToPath(new URL('cold-process.mjs', import.meta.url))
  const { stdout } = await run(process.execPath, [script, file, JSON.stringify(events)], { env })
  const { load, handled } = JSON.parse(stdout) as { load: number; handled: number[] }
  return [load, ...handled].reduce((sum, part) => sum + part, 0)
}

function eventsOf(connectionId: string) {
  const now = Date.now()
  const event = (routeKey: string, eventType: string, frame?: object) => ({
    requestContext: { routeKey, eventType, connectionId, connectedAt: now, requestTimeEpoch: now },
    ...(frame ? { body: JSON.stringify({ type: routeKey, ...frame }) } : {}),
  })
  const token = jwt.sign({ user_id: 'ada' }, runtime.jwtSecret, { expiresIn: '1h' })
  return {
    connect: event('$connect', 'CONNECT'),
    authenticate: event('authenticate', 'MESSAGE', { token }),
    join: event('join_conversation', 'MESSAGE', { conversation_id: conversation }),
    send: event('send_message', 'MESSAGE', {
      conversation_id: conversation,
      message: { content: 'hello' },
      client_message_id: randomBytes(8).toString('hex'),
    }),
  }
}

const byBoundary: number[] = []
const byRoute: number[] = []
for (let sample = 0; sample < SAMPLES; sample++) {
  const a = eventsOf(`${randomBytes(11).toString('base64url')}=`)
  byBoundary.push(
    (await runCold(bundles.lifecycle, [a.connect])) +
      (await runCold(bundles.frames, [a.authenticate, a.join, a.send])),
  )
  const b = eventsOf(`${randomBytes(11).toString('base64url')}=`)
  byRoute.push(
    (await runCold(bundles.lifecycle, [b.connect])) +
      (await runCold(bundles.authenticate, [b.authenticate])) +
      (await runCold(bundles.join, [b.join])) +
      (await runCold(bundles.send, [b.send])),
  )
}
const median = (values: readonly number[]) => Math.round(values.toSorted((x, y) => x - y)[SAMPLES >> 1] ?? 0)
const minimum = (values: readonly number[]) => Math.round(Math.min(...values))
console.log('connect → authenticate → join → send, every function cold, without process start')
console.log(
  `the stack        median ${median(byBoundary)} ms   minimum ${minimum(byBoundary)} ms   2 cold starts`,
)
console.log(`one per route     median ${median(byRoute)} ms   minimum ${minimum(byRoute)} ms   4 cold starts`)
await runtime.stop()
await rm(dataDir, { recursive: true, force: true })
