import type { FaultOptions } from '../../../local/faults/options.ts'
import { withChat } from '../chat/chat.ts'
import { engineOf } from '../chat/rows.ts'
import { Client } from '../client/client.ts'
import { callRest, isRetryable } from '../client/rest.ts'
import { crowdOf, groups, open, people, talk, upTo } from '../crowd.ts'
import { scenario, type Trial } from '../trial.ts'
import { judge, settle } from '../verdict.ts'
import { inLanes, pause } from '../waiting.ts'

const GROUP = 4
const pace = { heartbeat: 3000, answerWithin: 3000, backOff: 200, mostBackOff: 3000 }

type Sizes = 'clients' | 'messages' | 'permille' | 'pagedMessages' | 'dropEvery'

export const faults = scenario<Sizes>({
  name: 'faults',
  promise: 'Nothing is lost, doubled, reordered or leaked while every kind of fault strikes.',
  sizes: {
    clients: { what: 'clients, in conversations of four', full: 40, short: 8 },
    messages: { what: 'messages', full: 10_000, short: 120 },
    permille: { what: 'how many of a thousand events each fault strikes', full: 30, short: 30 },
    pagedMessages: { what: 'messages more, with queries that answer one item', full: 500, short: 20 },
    dropEvery: { what: 'seconds from one cut of everybody to the next', full: 60, short: 8 },
  },
  async run(trial) {
    const { messages, permille, pagedMessages, dropEvery } = trial.sizes
    const fault = { chance: permille / 1000, dropAllEveryMillis: dropEvery * 1000 }
    await round(trial, messages, everyFault({ ...fault, seed: trial.seed, onePage: false }))
    if (pagedMessages > 0) {
      await round(trial, pagedMessages, everyFault({ ...fault, seed: trial.seed + 1, onePage: true }))
    }
  },
})

interface Strikes {
  readonly seed: number
  readonly chance: number
  readonly onePage: boolean
  readonly dropAllEveryMillis: number
}

function everyFault({ seed, chance, onePage, dropAllEveryMillis }: Strikes): FaultOptions {
  return {
    seed,
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
    gateway: { dropAllEveryMillis },
    clockOffsetMillis: 2000,
  }
}

async function round(trial: Trial<Sizes>, messages: number, fault: FaultOptions): Promise<void> {
  const users = people(trial.sizes.clients)
  await withChat({ users: [...users, 'outsider'], faults: fault }, async (chat) => {
    const engine = engineOf(chat)
    const conversations = groups(users, GROUP)
    await engine.make(conversations)
    const { record, clients } = crowdOf(chat, trial, conversations, { pace, ways: { rest: 0.2, both: 0.1 } })
    const ids = [...conversations.keys()]
    const outsider = new Client(
      { user: 'outsider', name: 'outsider', conversations: ids, pace },
      chat,
      record,
      trial.random,
    )
    await open(clients, trial)
    outsider.start()

    const { taken, done } = talk(clients, trial.random, upTo(messages))
    let over = false
    void done.finally(() => {
      over = true
    })
    const began = Date.now()
    const tried = await intrude(outsider, ids, () => {
      trial.progress(`${taken.length} of ${messages} messages acknowledged`)
      return over
    })
    await done
    const seconds = (Date.now() - began) / 1000
    trial.figure(
      `${messages} messages of ${clients.length} clients in ${Math.round(seconds)} s, an outsider tried ${tried} times`,
    )
    const rows = await settle(trial, engine, record, clients, 60_000)
    judge(trial, record, rows, clients)
    const strikes = Object.entries(await chat.strikes()).sort()
    trial.figure(`struck: ${strikes.map(([name, times]) => `${name} ${times}`).join(', ')}`)
    trial.figure(`came back ${clients.reduce((sum, { losses }) => sum + losses.length, 0)} times`)
    for (const client of [...clients, outsider]) client.stop()
    engine.close()
  })
}

/** Tries every way in until it is over, and tells how often. */
async function intrude(outsider: Client, ids: readonly string[], over: () => boolean): Promise<number> {
  const { record, place, options } = outsider
  let tries = 0
  while (!over()) {
    await inLanes(ids, 2, async (id) => {
      outsider.fetch(id)
      const answer = await callRest(place, options.user, 'GET', `/conversations/${id}/messages`)
      if (answer.status !== 404 && !isRetryable(answer)) {
        record.history.violate('leak', `${options.user} was answered ${answer.status} about ${id}`, [id])
      }
    })
    await Promise.race([outsider.outbox.send(ids[0] ?? '', `outsider-${tries}`, 'let me in'), pause(5000)])
    tries += 2 * ids.length + 1
    await pause(1000)
  }
  return tries
}
