import { engineOf } from '../chat/rows.ts'
import { type WholeSystem, wholeSystem } from '../chat/whole.ts'
import { crowdOf, groups, open, people, talk } from '../crowd.ts'
import { scenario, type Trial } from '../trial.ts'
import { judge, settle } from '../verdict.ts'
import { pause, percentile, until } from '../waiting.ts'

const pace = { heartbeat: 5000, answerWithin: 3000, backOff: 100, mostBackOff: 500 }

export const restarts = scenario<'clients' | 'restarts'>({
  name: 'restarts',
  promise: 'Nothing acknowledged is lost when the whole system is killed and starts again on the same data.',
  sizes: {
    clients: { what: 'clients who talk, in conversations of four', full: 16, short: 8 },
    restarts: { what: 'times to kill everything', full: 30, short: 1 },
  },
  async run(trial) {
    const users = people(trial.sizes.clients)
    const system = await wholeSystem(users)
    try {
      await system.start()
      await killAgainAndAgain(trial, system, users)
    } finally {
      await system.remove()
    }
  },
})

async function killAgainAndAgain(
  trial: Trial<'clients' | 'restarts'>,
  system: WholeSystem,
  users: readonly string[],
): Promise<void> {
  const { sizes, random } = trial
  const conversations = groups(users, 4)
  const first = engineOf(system.engine())
  await first.make(conversations)
  first.close()
  const { record, clients } = crowdOf(system, trial, conversations, { pace, ways: { rest: 0.2, both: 0.1 } })
  await open(clients, trial)
  let restarted = 0
  const { taken, done } = talk(clients, random, () => restarted < sizes.restarts)
  const away: number[] = []
  for (; restarted < sizes.restarts; restarted++) {
    trial.progress(`killed ${restarted} of ${sizes.restarts} times, ${taken.length} messages acknowledged`)
    await pause(500 + random.below(2000))
    await system.kill()
    await system.start()
    const began = Date.now()
    if (!(await until(() => clients.every(({ ready }) => ready), 30_000))) {
      trial.fail(`not everybody was back 30 s after restart ${restarted + 1}`)
    }
    away.push(Date.now() - began)
  }
  await done
  trial.figure(
    `${restarted} times killed with ${clients.length} clients at work, ` +
      `all back ${Math.round(percentile(away, 0.5))} ms after the start (at most ${Math.round(Math.max(...away))})`,
  )
  const engine = engineOf(system.engine())
  judge(trial, record, await settle(trial, engine, record, clients, 60_000), clients)
  for (const client of clients) client.stop()
  engine.close()
}
