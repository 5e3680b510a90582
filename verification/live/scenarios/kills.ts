import { pause } from '../async.ts'
import { connectAll, groupsOf, mixedTransports, talk, userIds, withCrowd } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { settle } from '../verdict.ts'

export const kills = scenario({
  name: 'kills',
  promise: 'Nothing acknowledged is lost when Lambda workers are killed in the middle of their work.',
  sizes: {
    clients: { what: 'clients that talk, in conversations of four', full: 16, short: 8 },
    kills: { what: 'workers to kill', full: 200, short: 10 },
  },
  async run(trial) {
    const { sizes, random } = trial
    const users = userIds(sizes.clients)
    const options = {
      chat: { users },
      groups: groupsOf(users, 4),
      crowd: mixedTransports,
    }
    await withCrowd(trial, options, async (crowd) => {
      const { chat, devices } = crowd
      await connectAll(devices, trial)
      let killed = 0
      let working = 0
      const { latencies, done } = talk(devices, random, () => killed < sizes.kills)
      while (killed < sizes.kills) {
        await pause(20 + random.below(400))
        const state = await chat.killWorker(random.next())
        if (state === 'none') continue
        killed++
        if (state === 'working') working++
        trial.progress(
          `${killed} of ${sizes.kills} workers killed, ${latencies.length} messages acknowledged`,
        )
      }
      await done
      trial.figure(`${killed} workers killed, ${working} of them while working`)
      await settle(trial, crowd)
      const failures = Object.values(await chat.gatewayFailures()).reduce((sum, times) => sum + times, 0)
      trial.figure(`${failures} socket invocations failed with them`)
    })
  },
})
