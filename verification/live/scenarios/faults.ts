import type { FaultOptions } from '../../../local/faults/options.ts'
import type { Ledger } from '../../model/ledger.ts'
import { inLanes, pause } from '../async.ts'
import type { Endpoint } from '../chat/commands.ts'
import { checkedBy, openRaw, type RawClient } from '../client/raw-client.ts'
import { callRest, isRetryable } from '../client/rest.ts'
import { connectAll, groupsOf, mixedTransports, talk, upTo, userIds, withCrowd } from '../crowd.ts'
import { scenario, type Trial } from '../trial.ts'
import { settle } from '../verdict.ts'

const GROUP_SIZE = 4
const OUTSIDER = 'outsider'

type Sizes = 'clients' | 'messages' | 'permille' | 'pagedMessages' | 'dropEvery'

export const faults = scenario<Sizes>({
  name: 'faults',
  promise: 'Nothing is lost, duplicated, reordered or leaked while faults of every kind strike.',
  sizes: {
    clients: { what: 'clients, in conversations of four', full: 40, short: 8 },
    messages: { what: 'messages', full: 10_000, short: 120 },
    permille: { what: 'how many of a thousand events each fault strikes', full: 30, short: 30 },
    pagedMessages: { what: 'further messages, with queries that return one item', full: 500, short: 20 },
    dropEvery: { what: 'seconds between cuts of all connections', full: 60, short: 8 },
  },
  async run(trial) {
    const { messages, pagedMessages } = trial.sizes
    await round(trial, messages, false)
    if (pagedMessages > 0) await round(trial, pagedMessages, true)
  },
})

/** @param onePage if true, queries return one item per page */
function everyFault({ seed, sizes }: Trial<Sizes>, onePage: boolean): FaultOptions {
  const chance = sizes.permille / 1000
  return {
    seed: onePage ? seed + 1 : seed,
    disconnect: { lost: chance, late: chance, twice: chance },
    posts: {
      gone: chance,
      throttled: chance,
      failed: chance,
      failedDelivered: chance,
      lost: chance,
      hang: chance,
      hangMillis: 1500,
    },
    invocations: { throttled: chance, twice: chance, reordered: chance, killed: chance },
    secrets: { failed: chance },
    database: {
      errorBefore: chance,
      throttled: chance,
      errorAfter: chance,
      transactionConflict: chance,
      partialBatch: chance,
      stale: chance,
      onePage,
    },
    gateway: { dropAllEveryMillis: sizes.dropEvery * 1000 },
    clockOffsetMillis: 2000,
  }
}

async function round(trial: Trial<Sizes>, messages: number, onePage: boolean): Promise<void> {
  const users = userIds(trial.sizes.clients)
  const options = {
    chat: { users: [...users, OUTSIDER], faults: everyFault(trial, onePage) },
    groups: groupsOf(users, GROUP_SIZE),
    crowd: mixedTransports,
  }
  await withCrowd(trial, options, async (crowd) => {
    const { chat, conversations, ledger, devices } = crowd
    await connectAll(devices, trial)

    const { latencies, done } = talk(devices, trial.random, upTo(messages))
    let isOver = false
    void done.finally(() => {
      isOver = true
    })
    const began = Date.now()
    const attempts = await intrude(chat, ledger, [...conversations.keys()], () => {
      trial.progress(`${latencies.length} of ${messages} messages acknowledged`)
      return isOver
    })
    await done
    const seconds = (Date.now() - began) / 1000
    trial.figure(
      `${messages} messages of ${devices.length} clients in ${Math.round(seconds)} s, ` +
        `an outsider made ${attempts} attempts`,
    )
    // The faults go on, and a client that polls may pause for a minute after a round that failed.
    await settle(trial, crowd, 180_000)
    const strikes = Object.entries(await chat.strikes()).sort()
    trial.figure(`faults injected: ${strikes.map(([name, times]) => `${name} ${times}`).join(', ')}`)
    trial.figure(`${devices.flatMap(({ losses }) => losses).length} reconnections`)
  })
}

/** Tries to join, read and send as an outsider until `isOver`, and returns the number of attempts. */
async function intrude(
  chat: Endpoint,
  ledger: Ledger,
  ids: readonly string[],
  isOver: () => boolean,
): Promise<number> {
  const observer = checkedBy(ledger, OUTSIDER)
  let client: RawClient | undefined
  let attempts = 0
  while (!isOver()) {
    if (!client?.isOpen) client = await openRaw(chat, OUTSIDER, observer).catch(() => undefined)
    await inLanes(ids, 2, async (id) => {
      // Every frame that answers is checked.
      client?.post({ type: 'join_conversation', conversation_id: id, after_seq: 0, request_id: `join ${id}` })
      const answer = await callRest(chat, OUTSIDER, 'GET', `/conversations/${id}/messages`)
      if (answer.status !== 404 && !isRetryable(answer))
        ledger.history.violate('leak', `${OUTSIDER} got ${answer.status} for messages of ${id}`, [id])
    })
    const send = { type: 'send_message', conversation_id: ids[0], message: { content: 'let me in' } }
    client?.post({ ...send, client_message_id: `${OUTSIDER}-${attempts}`, request_id: `send ${attempts}` })
    attempts += 2 * ids.length + 1
    await pause(1000)
  }
  client?.cut()
  return attempts
}
