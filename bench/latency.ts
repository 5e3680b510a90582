/**
 * Latency of one message in flight between two joined clients of a running chat: from `send` to the
 * acknowledgement, and to the other's `new_message`.
 *
 *   npm start                       # in one terminal
 *   npm run bench:latency           # in another
 */
import { once } from 'node:events'
import { Command } from 'commander'
import jwt from 'jsonwebtoken'
import { WebSocket } from 'ws'

const program = new Command('bench:latency')
  .description('Measures the latency of messages between two clients of a chat that runs on this machine.')
  .option('--url <url>', 'where the chat is', 'http://localhost:5000')
  .option('--messages <n>', 'how many messages; a user may send 100 at once', '100')
  .option('--users <a,b>', 'two administrators that exist', 'ada,grace')
  .requiredOption('--secret <secret>', 'the JWT_SECRET of the chat')
  .parse()
const options = program.opts<{ url: string; messages: string; users: string; secret: string }>()
const [first = '', second = ''] = options.users.split(',')

const tokenFor = (user: string) => jwt.sign({ user_id: user }, options.secret, { expiresIn: '1h' })

async function call(user: string, method: string, path: string, body: object) {
  const response = await fetch(`${options.url}/api/admin/chat${path}`, {
    method,
    headers: { authorization: `Bearer ${tokenFor(user)}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await response.json()) as { data?: Record<string, string>; conversation_id?: string }
}

async function conversationOf(a: string, b: string): Promise<string> {
  const invited = await call(a, 'POST', '/invitations', { to_user_id: b })
  if (invited.conversation_id) return invited.conversation_id
  const accepted = await call(b, 'PUT', `/invitations/${invited.data?.['invitation_id']}/respond`, {
    action: 'accept',
  })
  return accepted.data?.['conversation_id'] ?? ''
}

async function connect(user: string, conversation: string) {
  const socket = new WebSocket(`${options.url.replace(/^http/, 'ws')}/ws/chat`)
  await once(socket, 'open')
  for (const frame of [
    { type: 'authenticate', token: tokenFor(user) },
    { type: 'join_conversation', conversation_id: conversation },
  ]) {
    socket.send(JSON.stringify(frame))
    await once(socket, 'message')
  }
  return socket
}

const percentile = (values: readonly number[], part: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]?.toFixed(1)

const conversation = await conversationOf(first, second)
const [sender, receiver] = await Promise.all([connect(first, conversation), connect(second, conversation)])
const acknowledged: number[] = []
const delivered: number[] = []
for (let n = 0; n < Number(options.messages); n++) {
  const from = performance.now()
  const both = Promise.all([
    once(sender, 'message').then(() => acknowledged.push(performance.now() - from)),
    once(receiver, 'message').then(() => delivered.push(performance.now() - from)),
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
for (const [name, all] of [
  ['acknowledged', acknowledged],
  ['delivered', delivered],
] as const) {
  const warm = all.slice(Math.floor(all.length / 10))
  console.log(
    `${name.padEnd(14)} p50 ${percentile(warm, 0.5)} ms   p90 ${percentile(warm, 0.9)} ms   p99 ${percentile(warm, 0.99)} ms`,
  )
}
sender.close()
receiver.close()
