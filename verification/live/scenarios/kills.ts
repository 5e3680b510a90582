import { withChat } from '../chat/chat.ts'
import { engineOf } from '../chat/rows.ts'
import { crowdOf, groups, open, people, talk } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { judge, settle } from '../verdict.ts'
import { pause } from '../waiting.ts'

const pace = { heartbeat: 5000, answerWithin: 3000, backOff: 200, mostBackOff: 2000 }

export const kills = scenario({
  name: 'kills',
  promise: 'Nothing acknowledged is lost when Lambda workers are ended at any moment of their work.',
  sizes: {
    clients: { what: 'clients who talk, in conversations of four', full: 16, short: 8 },
    kills: { what: 'workers to end', full: 200, short: 10 },
  },
  async run(trial) {
    const { sizes, random } = trial
    const users = people(sizes.clients)
    await withChat({ users }, async (chat) => {
      const engine = engineOf(chat)
      const conversations = groups(users, 4)
      await engine.make(conversations)
      const { record, clients } = crowdOf(chat, trial, conversations, {
        pace,
        ways: { rest: 0.2, both: 0.1 },
      })
      await open(clients, trial)
      let killed = 0
      let atWork = 0
      const { taken, done } = talk(clients, random, () => killed < sizes.kills)
      while (killed < sizes.kills) {
        await pause(20 + random.below(400))
        const state = await chat.killWorker(random.next())
        if (state === 'none') continue
        killed++
        if (state === 'working') atWork++
        trial.progress(`${killed} of ${sizes.kills} workers ended, ${taken.length} messages acknowledged`)
      }
      await done
      trial.figure(`${killed} workers ended, ${atWork} of them at work`)
      const rows = await settle(trial, engine, record, clients, 60_000)
      judge(trial, record, rows, clients)
      const troubles = Object.values(await chat.troubles()).reduce((sum, times) => sum + times, 0)
      trial.figure(`${troubles} invocations of sockets failed with them`)
      for (const client of clients) client.stop()
      engine.close()
    })
  },
})
