import type { Random } from '../../model/random.ts'
import { pause, range } from '../async.ts'
import type { Endpoint } from '../chat/commands.ts'
import type { DeviceOptions } from '../client/device.ts'
import { checkedBy, openRaw, type RawClient } from '../client/raw-client.ts'
import { callRest } from '../client/rest.ts'
import { connectAll, groupsOf, userIds, withCrowd } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { settle } from '../verdict.ts'
import { canConnect, longestOutage } from './outage.ts'
import { limitConcurrency, refusedInvocations, SMALL_ACCOUNT } from './small-account.ts'

/** In the protocol, a message without an acknowledgment is sent again after this time. */
const RESEND_MS = 10_000
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
      what: 'milliseconds within which a handshake, a REST call and a send of others succeed, including repetitions',
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
      crowd: {},
    }
    await withCrowd(trial, options, async (crowd) => {
      const { chat, devices, ledger } = crowd
      await connectAll(devices, trial)
      const [one, , other] = devices
      if (!one || !other) throw new Error('there are too few clients')
      const { options: hasty } = one
      const client = await openRaw(chat, hasty.user, checkedBy(ledger, hasty.user))
      const send = (name: string, count: number) => sendAll(client, hasty, name, count, trial.random)
      const listAsOther = () => canList(chat, other.options.user)

      // Without this, the functions would be loaded during the burst: ten containers at once, on the cores of this
      // machine.
      await send('warm-up', concurrency)
      for (const act of [() => canConnect(chat), listAsOther]) {
        await Promise.all(range(concurrency).map(act))
      }
      let isOver = false
      const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
        handshake: () => canConnect(chat),
        'REST call': listAsOther,
        send: () => other.send(other.options.conversations[0] ?? '', 'hello'),
      }
      const outages = Object.entries(attempts).map(
        async ([what, attempt]) => [what, await longestOutage(attempt, () => isOver)] as const,
      )
      await pause(CALM_MS)
      const latencies = await send('burst', messages)
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
      client.cut()
    })
  },
})

/**
 * Sends messages without waiting in between, and repeats each until it is acknowledged. Resolves with the milliseconds
 * that this took for each message.
 */
async function sendAll(
  client: RawClient,
  { conversations, user }: DeviceOptions,
  name: string,
  count: number,
  random: Random,
): Promise<readonly number[]> {
  const [conversation_id = ''] = conversations
  const began = performance.now()
  return await Promise.all(
    range(count).map(async (n) => {
      const message = { content: `message ${n}` }
      const frame = {
        type: 'send_message',
        conversation_id,
        message,
        client_message_id: `${name}${n}-${user}`,
      }
      for (;;) {
        // A platform error names no message, so the messages that it refused are sent again after the timeout,
        // not all at the same moment.
        const answer = await client.ask(frame, RESEND_MS * (1 + random.next() / 4))
        if (answer?.['type'] === 'message_sent') return performance.now() - began
        if (!client.isOpen) throw new Error('the connection of the burst ended')
        await pause(Number(answer?.['retry_after_ms'] ?? 0))
      }
    }),
  )
}

async function canList(chat: Endpoint, user: string): Promise<boolean> {
  return (await callRest(chat, user, 'GET', '/conversations')).status === 200
}
