import { percentile } from '../../model/percentile.ts'
import { pause, until } from '../async.ts'
import { openDatabase } from '../chat/database.ts'
import { type RestartableChat, restartableChat } from '../chat/restartable-chat.ts'
import { connectAll, crowdOf, groupsOf, mixedTransports, talk, userIds } from '../crowd.ts'
import { scenario, type Trial } from '../trial.ts'
import { settle } from '../verdict.ts'

export const restarts = scenario<'clients' | 'restarts'>({
  name: 'restarts',
  promise: 'Nothing acknowledged is lost when the whole system is killed and restarted on the same data.',
  sizes: {
    clients: { what: 'clients that talk, in conversations of four', full: 16, short: 8 },
    restarts: { what: 'how often everything is killed', full: 30, short: 1 },
  },
  async run(trial) {
    const users = userIds(trial.sizes.clients)
    const chat = await restartableChat(users)
    try {
      await chat.start()
      await killRepeatedly(trial, chat, users)
    } finally {
      await chat.remove()
    }
  },
})

async function killRepeatedly(
  trial: Trial<'clients' | 'restarts'>,
  chat: RestartableChat,
  users: readonly string[],
): Promise<void> {
  const { sizes, random } = trial
  const conversations = groupsOf(users, 4)
  const before = openDatabase(chat.database())
  await before.createConversations(conversations)
  before.close()
  const { ledger, devices } = crowdOf(chat, trial, conversations, mixedTransports)
  await connectAll(devices, trial)
  let restarted = 0
  const { latencies, done } = talk(devices, random, () => restarted < sizes.restarts)
  const returnTimes: number[] = []
  for (; restarted < sizes.restarts; restarted++) {
    trial.progress(
      `killed ${restarted} of ${sizes.restarts} times, ${latencies.length} messages acknowledged`,
    )
    await pause(500 + random.below(2000))
    await chat.kill()
    await chat.start()
    const began = Date.now()
    if (!(await until(() => devices.every(({ ready }) => ready), 30_000))) {
      trial.fail(`not all clients were back 30 s after restart ${restarted + 1}`)
    }
    returnTimes.push(Date.now() - began)
  }
  await done
  trial.figure(
    `killed ${restarted} times under load from ${devices.length} devices, all back ` +
      `${Math.round(percentile(returnTimes, 0.5))} ms after the start (at most ${Math.round(Math.max(...returnTimes))})`,
  )
  const database = openDatabase(chat.database())
  await settle(trial, { database, ledger, devices })
  for (const device of devices) device.stop()
  database.close()
}
