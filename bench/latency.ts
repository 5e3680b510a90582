/**
 * Measures the latency of a message between two joined clients of a running chat: from `send_message` to the
 * acknowledgment, and to the other client's `new_message`.
 *
 *   npm start                       # in one terminal
 *   npm run bench:latency           # in another
 */
import { once } from 'node:events'
import { Command } from 'commander'
import { WebSocket } from 'ws'
import { runCommand } from '../cli/run.ts'
import { openTarget, type Target, TargetError } from '../cli/target.ts'
import { percentile } from '../verification/model/percentile.ts'
import { readCount } from './read-count.ts'

/** Administrators that exist only while this benchmark runs. */
const SENDER = 'bench-1'
const RECEIVER = 'bench-2'

type Frame = Readonly<Record<string, unknown>>

const program = new Command('npm run bench:latency --')
  .description('Measures the latency of messages between two clients of the chat that runs on this machine.')
  .option('--messages <n>', 'how many messages; a user may send 100 in a burst', readCount, 100)
  .action(async ({ messages }: { readonly messages: number }) => {
    const target = await openTarget(undefined)
    const interrupted = new Promise<never>((_, reject) => {
      process.once('SIGINT', () => reject(new TargetError('Interrupted.')))
    })
    try {
      await Promise.race([measure(target, messages), interrupted])
    } finally {
      await removeUsers(target)
    }
  })

async function measure(target: Target, messages: number): Promise<void> {
  const users = [SENDER, RECEIVER].map((id) => ({
    id,
    firstname: id,
    lastname: 'Benchmark',
    email: '',
    role: 'admin',
  }))
  // An earlier run has removed these users, so their ids are used again.
  await target.users.importUsers(users, 0)
  const [senderToken, receiverToken] = await Promise.all([target.token(SENDER, 1), target.token(RECEIVER, 1)])
  const conversation = await conversationOf(target, senderToken, receiverToken)
  const [sender, receiver] = await Promise.all([
    join(target, senderToken, conversation),
    join(target, receiverToken, conversation),
  ])
  const acknowledged: number[] = []
  const delivered: number[] = []
  for (let n = 0; n < messages; n++) {
    const began = performance.now()
    const both = Promise.all([
      answer(sender, 'message_sent').then(() => acknowledged.push(performance.now() - began)),
      answer(receiver, 'new_message').then(() => delivered.push(performance.now() - began)),
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
  print('acknowledged', acknowledged)
  print('delivered', delivered)
  sender.close()
  receiver.close()
}

async function removeUsers(target: Target): Promise<void> {
  for (const id of [SENDER, RECEIVER]) {
    await target.users.removeUser(id)
    await target.revoke(id)
  }
}

/** Returns the conversation of the two users, which still exists if the benchmark has run before. */
async function conversationOf({ restUrl }: Target, sender: string, receiver: string): Promise<string> {
  const call = async (token: string, method: string, path: string, body: object) => {
    const response = await fetch(`${restUrl}/api/admin/chat${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answered = (await response.json()) as Frame & { readonly data: Readonly<Record<string, string>> }
    if (response.ok || answered['conversation_id']) return answered
    throw new TargetError(`Could not create a conversation: ${answered['message']}.`)
  }
  const invited = await call(sender, 'POST', '/invitations', { to_user_id: RECEIVER })
  if (typeof invited['conversation_id'] === 'string') return invited['conversation_id']
  const path = `/invitations/${invited.data['invitation_id']}/respond`
  return (await call(receiver, 'PUT', path, { action: 'accept' })).data['conversation_id'] ?? ''
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

/** Waits for the next frame of a type. Skips frames of other types, and rejects on an error. */
function answer(socket: WebSocket, type: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on('message', function onMessage(data) {
      const frame = JSON.parse(String(data)) as Frame
      if (frame['type'] !== type && frame['type'] !== 'error') return
      socket.off('message', onMessage)
      if (frame['type'] === type) resolve()
      else reject(new TargetError(`The chat answered with an error: ${frame['message']}.`))
    })
  })
}

/** Prints percentiles, leaving out the first tenth, which warms up the functions. */
function print(name: string, latencies: readonly number[]): void {
  const warm = latencies.slice(Math.floor(latencies.length / 10))
  const at = (share: number) => `p${share * 100} ${percentile(warm, share).toFixed(1)} ms`
  console.log(`${name.padEnd(14)} ${at(0.5)}   ${at(0.9)}   ${at(0.99)}`)
}

await runCommand(program)
