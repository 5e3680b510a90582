import { withChat } from '../chat/chat.ts'
import { engineOf } from '../chat/rows.ts'
import { crowdOf, groups, open, people, talk } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { judge, settle, tidied } from '../verdict.ts'
import { pause, percentile, until } from '../waiting.ts'

const EACH = 5
/** All are to be back within so many seconds. */
const TARGET = 60
/** What no event has removed the sweep does, once a minute. Milliseconds. */
const SWEPT_WITHIN = 150_000
/** The first try comes within four seconds: a crowd that came back in one would only wait in a queue. */
const pace = { heartbeat: 60_000, answerWithin: 15_000, backOff: 4000, mostBackOff: 15_000 }

export const storm = scenario({
  name: 'storm',
  promise: `When all connections are cut at once, all are back within ${TARGET} s and have lost nothing.`,
  sizes: {
    connections: { what: 'connections, authenticated and joined', full: 2000, short: 40 },
    writers: { what: 'of them, who write a message a second', full: 20, short: 5 },
    calm: { what: 'seconds of talk before the cut and after the return', full: 10, short: 1 },
  },
  async run(trial) {
    const { connections, writers, calm } = trial.sizes
    const users = people(Math.ceil(connections / EACH))
    await withChat({ users }, async (chat) => {
      const engine = engineOf(chat)
      const conversations = groups(users, 4)
      await engine.make(conversations)
      const crowd = crowdOf(chat, trial, conversations, { pace, each: EACH })
      const { record } = crowd
      const clients = crowd.clients.slice(0, connections)
      await open(clients, trial)

      let over = false
      const step = Math.max(1, Math.floor(clients.length / writers))
      const speaking = clients.filter((_, at) => at % step === 0).slice(0, writers)
      const { taken, done } = talk(
        speaking,
        trial.random,
        () => !over,
        () => pause(500 + trial.random.below(1000)),
      )
      await pause(calm * 1000)
      const cut = await chat.cutAll()
      const began = Date.now()
      const back: number[] = []
      const waiting = new Set(clients)
      if (!(await until(() => clients.every(({ losses }) => losses.length > 0), 10_000, 10))) {
        trial.fail('not every connection was cut')
      }
      await until(
        () => {
          for (const client of waiting) {
            if (!client.ready) continue
            waiting.delete(client)
            back.push((Date.now() - began) / 1000)
          }
          trial.progress(`${back.length} of ${clients.length} are back`)
          return waiting.size === 0
        },
        3 * TARGET * 1000,
      )
      const last = waiting.size > 0 ? Number.POSITIVE_INFINITY : Math.max(...back)
      trial.figure(
        `${cut} sockets cut at once: half were back after ${percentile(back, 0.5).toFixed(1)} s, ` +
          `all after ${last.toFixed(1)} s`,
      )
      if (last > TARGET) trial.fail(`the last one was back after ${last.toFixed(1)} s, not within ${TARGET}`)
      await pause(calm * 1000)
      over = true
      await done
      const slowest = Math.max(...taken) / 1000
      trial.figure(
        `${taken.length} messages meanwhile, the slowest acknowledged after ${slowest.toFixed(1)} s`,
      )
      const rows = await settle(trial, engine, record, clients, 150_000)
      judge(trial, record, rows, clients)
      const live = new Map(clients.map((client) => [client.connection ?? '', client]))
      await tidied(trial, engine, record, live, SWEPT_WITHIN)
      trial.figure(`rows as they should be ${Math.round((Date.now() - began) / 1000)} s after the cut`)
      for (const client of clients) client.stop()
      engine.close()
    })
  },
})
