import { percentile } from '../../model/percentile.ts'
import { pause } from '../async.ts'
import { connectAll, groupsOf, talk, upTo, userIds, withCrowd } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { settle } from '../verdict.ts'
import { concurrencySize, limitConcurrency, refusedInvocations } from './small-account.ts'
import { unlimitedRates } from './unlimited-rates.ts'

export const hot = scenario({
  name: 'hot',
  promise: 'Many writers in one conversation leave no hole, and none waits long for the acknowledgment.',
  sizes: {
    writers: { what: 'users who write in parallel, each receiving all messages', full: 32, short: 8 },
    messages: { what: 'messages in total', full: 2000, short: 60 },
    think: {
      what: 'milliseconds that a writer pauses between messages on average, 0 for no pause',
      full: 1000,
      short: 0,
    },
    cold: {
      what: 'how many messages at the start meet cold functions and do not count for p99',
      full: 64,
      short: 0,
    },
    concurrency: concurrencySize,
    p99: { what: 'milliseconds within which 99 of 100 must be acknowledged', full: 1000, short: 5000 },
  },
  async run(trial) {
    const { writers, messages, think, cold, concurrency, p99 } = trial.sizes
    const users = userIds(writers)
    const options = {
      chat: { users, settings: unlimitedRates, ...limitConcurrency(concurrency) },
      groups: groupsOf(users, writers),
      crowd: {},
    }
    await withCrowd(trial, options, async (crowd) => {
      const { chat, devices } = crowd
      await connectAll(devices, trial)
      const began = Date.now()
      const { latencies, done } = talk(devices, trial.random, upTo(messages), () =>
        pause(trial.random.next() * 2 * think),
      )
      const timer = setInterval(() => trial.progress(`${latencies.length} of ${messages} acknowledged`), 250)
      await done
      clearInterval(timer)
      const seconds = (Date.now() - began) / 1000
      const p99OfAll = percentile(latencies, 0.99)
      const warm = latencies.slice(cold)
      const [warmP50, warmP99] = [percentile(warm, 0.5), percentile(warm, 0.99)]
      trial.figure(
        `${(messages / seconds).toFixed(1)} messages a second; acknowledged within p50 ${Math.round(warmP50)} ms, ` +
          `p99 ${Math.round(warmP99)} ms; p99 with the first ${cold}, which met cold functions, ${Math.round(p99OfAll)} ms`,
      )
      // Negated so that NaN fails too: if all calls were cold, the run proves nothing.
      if (!(warmP99 < p99))
        trial.fail(`p99 of acknowledgments is ${Math.round(warmP99)} ms, not below ${p99}`)
      if (concurrency > 0) trial.figure(refusedInvocations(await chat.strikes()))
      await settle(trial, crowd)
    })
  },
})
