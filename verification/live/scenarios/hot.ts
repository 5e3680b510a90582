import { withChat } from '../chat/chat.ts'
import { engineOf } from '../chat/rows.ts'
import { crowdOf, groups, open, people, talk, upTo } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { judge, settle } from '../verdict.ts'
import { pause, percentile } from '../waiting.ts'

const pace = { heartbeat: 10_000, answerWithin: 10_000 }
const often = { framesPerSecond: 1000, frameBurst: 10_000, messagesPerSecond: 1000, messageBurst: 10_000 }

export const hot = scenario({
  name: 'hot',
  promise: 'Many writers in one conversation leave no hole, and none waits long for the acknowledgement.',
  sizes: {
    writers: { what: 'users who write at once, each hearing all others', full: 32, short: 8 },
    messages: { what: 'messages in all', full: 2000, short: 60 },
    think: { what: 'milliseconds between a writer’s messages on average, 0 for none', full: 1000, short: 0 },
    cold: {
      what: 'of them at first, while the functions are cold, for which p99 is only told',
      full: 64,
      short: 0,
    },
    p99: { what: 'milliseconds within which 99 of 100 are to be acknowledged', full: 1000, short: 5000 },
  },
  async run(trial) {
    const { writers, messages, think, cold, p99 } = trial.sizes
    const users = people(writers)
    await withChat({ users, settings: often }, async (chat) => {
      const engine = engineOf(chat)
      const conversations = groups(users, writers)
      await engine.make(conversations)
      const { record, clients } = crowdOf(chat, trial, conversations, { pace })
      await open(clients, trial)
      const began = Date.now()
      const { taken, done } = talk(clients, trial.random, upTo(messages), () =>
        pause(trial.random.next() * 2 * think),
      )
      const timer = setInterval(() => trial.progress(`${taken.length} of ${messages} acknowledged`), 250)
      await done
      clearInterval(timer)
      const seconds = (Date.now() - began) / 1000
      const ofAll = percentile(taken, 0.99)
      const warm = taken.slice(cold)
      const [middle, slow] = [percentile(warm, 0.5), percentile(warm, 0.99)]
      trial.figure(
        `${(messages / seconds).toFixed(1)} messages a second; acknowledged within p50 ${Math.round(middle)} ms, ` +
          `p99 ${Math.round(slow)} ms; p99 with the first ${cold}, which meet cold functions, ${Math.round(ofAll)} ms`,
      )
      // Not a number where all were cold, which proves nothing.
      if (!(slow < p99)) trial.fail(`p99 of the acknowledgement is ${Math.round(slow)} ms, not below ${p99}`)
      judge(trial, record, await settle(trial, engine, record, clients, 60_000), clients)
      for (const client of clients) client.stop()
      engine.close()
    })
  },
})
