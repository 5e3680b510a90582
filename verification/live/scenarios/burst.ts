import { pause, range } from '../async.ts'
import type { Endpoint } from '../chat/commands.ts'
import type { Client } from '../client/client.ts'
import { callRest } from '../client/rest.ts'
import { connectAll, groupsOf, userIds, withCrowd } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { settle } from '../verdict.ts'
import { canConnect, longestOutage } from './outage.ts'
import { limitConcurrency, refusedInvocations, SMALL_ACCOUNT } from './small-account.ts'

/** A platform error names no message, so the messages that it refused are sent again after the timeout. */
const timing = { heartbeatMs: 60_000, answerTimeoutMs: 10_000, backOffMs: 200, maxBackOffMs: 2000 }
/** How long the other users are observed before and after the burst. */
const CALM_MS = 2000

export const burst = scenario({
  name: 'burst',
  promise:
    'A user who sends many messages at once delays other users only briefly, and all messages are stored.',
  sizes: {
    messages: { what: 'messages that one user sends at once', full: 100, short: 100 },
    concurrency: { what: 'how many functions may run at once', full: SMALL_ACCOUNT, short: SMALL_ACCOUNT },
    outage: {
      what: 'milliseconds within which a handshake, a REST call and a send of others succeed, refusals included',
      full: 1000,
      short: 5000,
    },
  },
  async run(trial) {
    const { messages, concurrency, outage } = trial.sizes
    const users = userIds(4)
    const options = {
      chat: { users, ...limitConcurrency(concurrency) },
      groups: groupsOf(users, 2),
      crowd: { timing, hasty: true },
    }
    await withCrowd(trial, options, async (crowd) => {
      const { chat, clients } = crowd
      await connectAll(clients, trial)
      const [hasty, , other] = clients
      if (!hasty || !other) throw new Error('there are too few clients')
      const listAsOther = () => canList(chat, other.options.user)

      // Otherwise the functions would be loaded during the burst, all ten at once on the cores of this machine.
      await sendAll(hasty, 'warm-up', concurrency)
      for (const act of [() => canConnect(chat), listAsOther]) {
        await Promise.all(range(concurrency).map(act))
      }
      let isOver = false
      const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
        handshake: () => canConnect(chat),
        'REST call': listAsOther,
        send: sender(other),
      }
      const outages = Object.entries(attempts).map(
        async ([what, attempt]) => [what, await longestOutage(attempt, () => isOver)] as const,
      )
      await pause(CALM_MS)
      const latencies = await sendAll(hasty, 'burst', messages)
      await pause(CALM_MS)
      isOver = true
      trial.figure(
        `${messages} messages at once: ${latencies.filter((ms) => ms < 1000).length} acknowledged within a second, ` +
          `all after ${(Math.max(...latencies) / 1000).toFixed(1)} s`,
      )
      for (const [what, ms] of await Promise.all(outages)) {
        trial.figure(`the slowest ${what} of another user took ${Math.round(ms)} ms`)
        if (ms > outage) trial.fail(`a ${what} succeeded only after ${Math.round(ms)} ms`)
      }
      trial.figure(refusedInvocations(await chat.strikes()))
      await settle(trial, crowd)
    })
  },
})

/** Sends messages without waiting in between; resolves with the milliseconds until each was acknowledged. */
async function sendAll(client: Client, name: string, count: number): Promise<readonly number[]> {
  const [conversation = ''] = client.options.conversations
  const began = performance.now()
  return await Promise.all(
    range(count).map(async (n) => {
      // The name of the sender comes last: the checker expects messages that begin alike in their order.
      await client.outbox.send(conversation, `${name}${n}-${client.options.user}`, `message ${n}`)
      return performance.now() - began
    }),
  )
}

/** Sends one message after another; the client itself repeats refused ones. */
function sender({ outbox, options }: Client): () => Promise<unknown> {
  const [conversation = ''] = options.conversations
  let count = 0
  return () => outbox.send(conversation, `${options.name}-${++count}`, 'hello')
}

async function canList(chat: Endpoint, user: string): Promise<boolean> {
  return (await callRest(chat, user, 'GET', '/conversations')).status === 200
}
