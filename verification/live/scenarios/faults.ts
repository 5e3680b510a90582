import type { FaultOptions } from '../../../local/faults/options.ts'
import { inLanes, pause } from '../async.ts'
import { Client } from '../client/client.ts'
import { callRest, isRetryable } from '../client/rest.ts'
import { connectAll, groupsOf, talk, upTo, userIds, withCrowd } from '../crowd.ts'
import { scenario, type Trial } from '../trial.ts'
import { settle } from '../verdict.ts'

const GROUP_SIZE = 4
const timing = { heartbeatMs: 3000, answerTimeoutMs: 3000, backOffMs: 200, maxBackOffMs: 3000 }

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
    chat: { users: [...users, 'outsider'], faults: everyFault(trial, onePage) },
    groups: groupsOf(users, GROUP_SIZE),
    crowd: { timing, sendsOver: { rest: 0.2, both: 0.1 } },
  }
  await withCrowd(trial, options, async (crowd) => {
    const { chat, conversations, ledger, clients } = crowd
    const ids = [...conversations.keys()]
    const outsiderOptions = { user: 'outsider', name: 'outsider', conversations: ids, timing }
    const outsider = new Client(outsiderOptions, chat, ledger, trial.random)
    await connectAll(clients, trial)
    outsider.start()

    const { latencies, done } = talk(clients, trial.random, upTo(messages))
    let isOver = false
    void done.finally(() => {
      isOver = true
    })
    const began = Date.now()
    const attempts = await intrude(outsider, ids, () => {
      trial.progress(`${latencies.length} of ${messages} messages acknowledged`)
      return isOver
    })
    await done
    const seconds = (Date.now() - began) / 1000
    trial.figure(
      `${messages} messages of ${clients.length} clients in ${Math.round(seconds)} s, ` +
        `an outsider made ${attempts} attempts`,
    )
    await settle(trial, crowd)
    const strikes = Object.entries(await chat.strikes()).sort()
    trial.figure(`faults injected: ${strikes.map(([name, times]) => `${name} ${times}`).join(', ')}`)
    trial.figure(`${clients.flatMap(({ losses }) => losses).length} reconnections`)
    outsider.stop()
  })
}

/** Tries to join, read and send as an outsider until `isOver`, and returns the number of attempts. */
async function intrude(outsider: Client, ids: readonly string[], isOver: () => boolean): Promise<number> {
  const { ledger, endpoint, options } = outsider
  let attempts = 0
  while (!isOver()) {
    await inLanes(ids, 2, async (id) => {
      outsider.fetch(id)
      const answer = await callRest(endpoint, options.user, 'GET', `/conversations/${id}/messages`)
      if (answer.status !== 404 && !isRetryable(answer)) {
        ledger.history.violate('leak', `${options.user} got ${answer.status} for messages of ${id}`, [id])
      }
    })
    await Promise.race([outsider.outbox.send(ids[0] ?? '', `outsider-${attempts}`, 'let me in'), pause(5000)])
    attempts += 2 * ids.length + 1
    await pause(1000)
  }
  return attempts
}
