import type { Target } from '../../../target.ts'
import { admin, type Check, type Finding, ok, problem, reasonOf } from '../check.ts'
import {
  createPair,
  hasSettled,
  removeAbandoned,
  removeTemporaryUser,
  type TemporaryPair,
} from './temporary-users.ts'
import { openTestSocket, type TestSocket } from './test-socket.ts'

/** Slower than this, users notice. */
const SLOW_MS = 1_000
const TOKEN_HOURS = 0.25

/** Two new users have a real conversation, and are removed afterwards. */
export const roundTrip: Check = {
  name: 'round trip',
  timeoutMs: 60_000,
  async run(target) {
    await removeAbandoned(target)
    const pair = await createPair(target)
    const sockets: TestSocket[] = []
    const findings: Finding[] = [await converse(target, pair, sockets).catch(failed)]
    await closeAll(sockets)
    if (!(await hasSettled(target, pair.users).catch(() => false))) {
      findings.push(
        problem(
          '15 s after the two connections of this test were closed, the worker had not handled their end.',
          'Tasks are late: look at the tasks, the throttled invocations and the errors of the worker.',
        ),
      )
    }
    try {
      for (const user of pair.users) await removeTemporaryUser(target, user)
    } catch (error) {
      findings.push(
        problem(
          `The users of this test could not be removed: ${reasonOf(error)}.`,
          `Run ${admin(target, 'doctor')} again after ten minutes, which removes them.`,
        ),
      )
    }
    return findings
  },
}

const failed = (error: unknown) =>
  problem(
    `Two users could not exchange a message: ${reasonOf(error)}.`,
    'The other findings may say why; the log has the details.',
  )

async function converse(target: Target, pair: TemporaryPair, sockets: TestSocket[]): Promise<Finding> {
  const { socketUrl, restUrl } = target
  const { conversation } = pair
  const [token, otherToken] = await Promise.all([
    target.token(pair.users[0], TOKEN_HOURS),
    target.token(pair.users[1], TOKEN_HOURS),
  ])
  const open = async () => {
    const socket = await openTestSocket(socketUrl, restUrl).catch((error: Error) => {
      throw new Error(`the handshake with ${socketUrl} failed: ${error.message}`)
    })
    sockets.push(socket)
    return socket
  }
  const [sender, receiver] = [await open(), await open()]
  await sender.ask({ type: 'authenticate', token })
  await receiver.ask({ type: 'authenticate', token: otherToken })
  await receiver.ask({ type: 'join_conversation', conversation_id: conversation })
  // The first message may start functions; the second shows what users experience.
  await exchange(sender, receiver, conversation)
  const { seq, acknowledgedMs, receivedMs } = await exchange(sender, receiver, conversation)
  await deleteMessage(restUrl, conversation, seq, token)
  const text = `Two users connected and exchanged a message, which was acknowledged after ${acknowledgedMs} ms, received after ${receivedMs} ms, and then deleted.`
  if (Math.max(acknowledgedMs, receivedMs) <= SLOW_MS) return ok(text)
  return problem(text, 'That is slow: look at the database, the throttled invocations and the load.')
}

async function exchange(sender: TestSocket, receiver: TestSocket, conversation: string) {
  const startedAt = performance.now()
  const elapsed = () => Math.round(performance.now() - startedAt)
  const pushed = receiver.next('new_message').then(elapsed)
  // It may reject before the `await` below, which throws the error. Until then, the rejection counts as handled.
  pushed.catch(() => undefined)
  const { message } = await sender.ask({
    type: 'send_message',
    conversation_id: conversation,
    message: { content: 'a message of doctor' },
  })
  const acknowledgedMs = elapsed()
  return { seq: (message as { readonly seq: number }).seq, acknowledgedMs, receivedMs: await pushed }
}

async function deleteMessage(
  restUrl: string,
  conversation: string,
  seq: number,
  token: string,
): Promise<void> {
  const url = `${restUrl}/api/admin/chat/conversations/${conversation}/messages/${seq}`
  const { status } = await fetch(url, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } })
  if (status !== 200) throw new Error(`deleting the message over REST was answered with status ${status}`)
}

async function closeAll(sockets: TestSocket[]): Promise<void> {
  for (const socket of sockets.splice(0)) await socket.close()
}
