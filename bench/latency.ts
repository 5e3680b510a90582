/**
 * Latency of one message in flight between two joined clients of a running chat: from `send` to the
 * acknowledgement, and to the other's `new_message`.
 *
 *   npm start                       # in one terminal
 *   npm run bench:latency           # in another
 */
import { once } from 'node:events'
import { Command, InvalidArgumentError } from 'commander'
import { WebSocket } from 'ws'
import { runCommand } from '../cli/run.ts'
import { openTarget, type Target, TargetError } from '../cli/target.ts'
import { signToken } from '../local/tokens.ts'

interface Options {
  readonly messages: number
  readonly users: readonly [string, string]
}

type Frame = Readonly<Record<string, unknown>>

const program = new Command('npm run bench:latency --')
  .description('Measures the latency of messages between two users of the chat that runs on this machine.')
  .option('--messages <n>', 'how many messages; a user may send 100 at once', readCount, 100)
  .option('--users <a,b>', 'two administrators that exist', readPair, ['ada', 'grace'])
  .action(async (options: Options) => await measure(await openTarget(undefined), options))

function readCount(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Must be a whole number from 1 on.')
}

function readPair(text: string): readonly [string, string] {
  const [a, b, ...more] = text.split(',')
  if (a && b && a !== b && more.length === 0) return [a, b]
  throw new InvalidArgumentError('Must be two ids, such as ada,grace.')
}

async function measure(target: Target, { messages, users: [first, second] }: Options): Promise<void> {
  const secret = await target.secret()
  const tokenFor = (user: string) => signToken(secret, user, 1)
  const conversation = await conversationOf(target, tokenFor(first), tokenFor(second), second)
  const connect = (user: string) => join(target, tokenFor(user), conversation)
  const [sender, receiver] = await Promise.all([connect(first), connect(second)])
  const acknowledged: number[] = []
  const delivered: number[] = []
  for (let n = 0; n < messages; n++) {
    const from = performance.now()
    const both = Promise.all([
      answer(sender, 'message_sent').then(() => acknowledged.push(performance.now() - from)),
      answer(receiver, 'new_message').then(() => delivered.push(performance.now() - from)),
    ])
    sender.send(
      JSON.stringify({
        type: 'send_message',
        conversation_id: conversation,
        message: { content: 'm'.repeat(250) },
        client_message_id: `bench-${process.pid}-${n}`,
      }),
    )
    await both
  }
  tell('acknowledged', acknowledged)
  tell('delivered', delivered)
  sender.close()
  receiver.close()
}

async function conversationOf({ restUrl }: Target, one: string, other: string, to: string): Promise<string> {
  const call = async (token: string, method: string, path: string, body: object) => {
    const response = await fetch(`${restUrl}/api/admin/chat${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answered = (await response.json()) as Frame & { readonly data: Readonly<Record<string, string>> }
    if (response.ok || answered['conversation_id']) return answered
    throw new TargetError(`There is no conversation to measure in: ${answered['message']}.`)
  }
  const invited = await call(one, 'POST', '/invitations', { to_user_id: to })
  if (typeof invited['conversation_id'] === 'string') return invited['conversation_id']
  const path = `/invitations/${invited.data['invitation_id']}/respond`
  return (await call(other, 'PUT', path, { action: 'accept' })).data['conversation_id'] ?? ''
}

async function join({ socketUrl }: Target, token: string, conversation_id: string): Promise<WebSocket> {
  const socket = new WebSocket(socketUrl)
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'authenticate', token }))
  await answer(socket, 'authenticated')
  socket.send(JSON.stringify({ type: 'join_conversation', conversation_id }))
  await answer(socket, 'joined_conversation')
  return socket
}

/** Waits for a frame, past those of other types; an error ends it. */
function answer(socket: WebSocket, type: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on('message', function hear(data) {
      const frame = JSON.parse(String(data)) as Frame
      if (frame['type'] !== type && frame['type'] !== 'error') return
      socket.off('message', hear)
      if (frame['type'] === type) resolve()
      else reject(new TargetError(`Refused: ${frame['message']}.`))
    })
  })
}

function tell(name: string, all: readonly number[]): void {
  const warm = all.slice(Math.floor(all.length / 10)).sort((a, b) => a - b)
  const part = (share: number) => warm[Math.min(warm.length - 1, Math.floor(warm.length * share))]?.toFixed(1)
  console.log(`${name.padEnd(14)} p50 ${part(0.5)} ms   p90 ${part(0.9)} ms   p99 ${part(0.99)} ms`)
}

await runCommand(program)
