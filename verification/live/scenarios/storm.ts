import { percentile } from '../../model/percentile.ts'
import { pause, until } from '../async.ts'
import { connectAll, groupsOf, talk, userIds, withCrowd } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { settle, waitForCleanup } from '../verdict.ts'
import { attemptsAfter } from './attempts.ts'
import { concurrencySize, limitConcurrency, refusedInvocations } from './small-account.ts'

const DEVICES_PER_USER = 5
/** The sweep, which checks each connection every five minutes, removes rows that no `$disconnect` has removed. */
const SWEPT_WITHIN_MS = 8 * 60_000

export const storm = scenario({
  name: 'storm',
  promise: 'When all connections are cut at once, all clients are back in time and nothing is lost.',
  sizes: {
    connections: { what: 'connections, authenticated and joined', full: 2000, short: 40 },
    writers: { what: 'how many of these connections send a message a second', full: 20, short: 5 },
    within: { what: 'seconds within which all clients must be back', full: 60, short: 60 },
    concurrency: concurrencySize,
    calm: { what: 'seconds of talk before the cut and after the return', full: 10, short: 1 },
  },
  async run(trial) {
    const { connections, writers, within, concurrency, calm } = trial.sizes
    const users = userIds(Math.ceil(connections / DEVICES_PER_USER))
    const options = {
      chat: { users, ...limitConcurrency(concurrency) },
      groups: groupsOf(users, 4),
      crowd: { perUser: DEVICES_PER_USER, max: connections },
    }
    await withCrowd(trial, options, async (crowd) => {
      const { chat, devices } = crowd
      await connectAll(devices, trial)

      let isOver = false
      const step = Math.max(1, Math.floor(devices.length / writers))
      const speakers = devices.filter((_, index) => index % step === 0).slice(0, writers)
      const { latencies, done } = talk(
        speakers,
        trial.random,
        () => !isOver,
        () => pause(500 + trial.random.below(1000)),
      )
      await pause(calm * 1000)
      const began = Date.now()
      const cut = await chat.cutAll()
      const returnTimes: number[] = []
      const missing = new Set(devices)
      if (!(await until(() => devices.every(({ losses }) => losses.length > 0), 10_000, 10))) {
        trial.fail('not every connection was cut')
      }
      await until(
        () => {
          for (const device of missing) {
            if (!device.ready) continue
            missing.delete(device)
            returnTimes.push((Date.now() - began) / 1000)
          }
          trial.progress(`${returnTimes.length} of ${devices.length} clients are back`)
          return missing.size === 0
        },
        3 * within * 1000,
      )
      const last = missing.size > 0 ? Number.POSITIVE_INFINITY : Math.max(...returnTimes)
      trial.figure(
        `${cut} sockets cut at once: half of the clients were back after ` +
          `${percentile(returnTimes, 0.5).toFixed(1)} s, all after ${last.toFixed(1)} s`,
      )
      for (const line of attemptsAfter(began, devices)) trial.figure(line)
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
      await waitForCleanup(trial, crowd.database, crowd.ledger, devices, SWEPT_WITHIN_MS)
      trial.figure(`all rows correct ${Math.round((Date.now() - began) / 1000)} s after the cut`)
    })
  },
})
