import { percentile } from '../../model/percentile.ts'
import { pause, until } from '../async.ts'
import { connectAll, groupsOf, talk, userIds, withCrowd } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { settle, waitForCleanup } from '../verdict.ts'
import { concurrencySize, limitConcurrency, refusedInvocations } from './small-account.ts'

const CLIENTS_PER_USER = 5
/** The sweep, which checks each connection every five minutes, removes rows that no `$disconnect` has removed. */
const SWEPT_WITHIN_MS = 8 * 60_000
/** The first attempt follows within four seconds: if all clients returned within one, they would only queue. */
const timing = { heartbeatMs: 60_000, answerTimeoutMs: 15_000, backOffMs: 4000, maxBackOffMs: 15_000 }
/** Where invocations are refused instead of queued, an answer that has not come soon will not come. */
const smallAccountTiming = { heartbeatMs: 60_000, answerTimeoutMs: 5000, backOffMs: 4000, maxBackOffMs: 8000 }

export const storm = scenario({
  name: 'storm',
  promise: 'When all connections are cut at once, all clients are back in time and nothing is lost.',
  sizes: {
    connections: { what: 'connections, authenticated and joined', full: 2000, short: 40 },
    writers: { what: 'of them, those that send a message a second', full: 20, short: 5 },
    within: { what: 'seconds within which all clients must be back', full: 60, short: 60 },
    concurrency: concurrencySize,
    calm: { what: 'seconds of talk before the cut and after the return', full: 10, short: 1 },
  },
  async run(trial) {
    const { connections, writers, within, concurrency, calm } = trial.sizes
    const users = userIds(Math.ceil(connections / CLIENTS_PER_USER))
    const options = {
      chat: { users, ...limitConcurrency(concurrency) },
      groups: groupsOf(users, 4),
      crowd: {
        timing: concurrency > 0 ? smallAccountTiming : timing,
        perUser: CLIENTS_PER_USER,
        max: connections,
      },
    }
    await withCrowd(trial, options, async (crowd) => {
      const { chat, clients } = crowd
      await connectAll(clients, trial)

      let isOver = false
      const step = Math.max(1, Math.floor(clients.length / writers))
      const speakers = clients.filter((_, index) => index % step === 0).slice(0, writers)
      const { latencies, done } = talk(
        speakers,
        trial.random,
        () => !isOver,
        () => pause(500 + trial.random.below(1000)),
      )
      await pause(calm * 1000)
      const cut = await chat.cutAll()
      const began = Date.now()
      const returnTimes: number[] = []
      const missing = new Set(clients)
      if (!(await until(() => clients.every(({ losses }) => losses.length > 0), 10_000, 10))) {
        trial.fail('not every connection was cut')
      }
      await until(
        () => {
          for (const client of missing) {
            if (!client.ready) continue
            missing.delete(client)
            returnTimes.push((Date.now() - began) / 1000)
          }
          trial.progress(`${returnTimes.length} of ${clients.length} clients are back`)
          return missing.size === 0
        },
        3 * within * 1000,
      )
      const last = missing.size > 0 ? Number.POSITIVE_INFINITY : Math.max(...returnTimes)
      trial.figure(
        `${cut} sockets cut at once: half of the clients were back after ` +
          `${percentile(returnTimes, 0.5).toFixed(1)} s, all after ${last.toFixed(1)} s`,
      )
      if (last > within) {
        trial.fail(`the last client was back after ${last.toFixed(1)} s, not within ${within}`)
      }
      await pause(calm * 1000)
      isOver = true
      await done
      const slowest = Math.max(...latencies) / 1000
      trial.figure(
        `${latencies.length} messages meanwhile, the slowest acknowledged after ${slowest.toFixed(1)} s`,
      )
      if (concurrency > 0) trial.figure(refusedInvocations(await chat.strikes()))
      await settle(trial, crowd, 150_000)
      await waitForCleanup(trial, crowd.database, crowd.ledger, clients, SWEPT_WITHIN_MS)
      trial.figure(`all rows correct ${Math.round((Date.now() - began) / 1000)} s after the cut`)
    })
  },
})
