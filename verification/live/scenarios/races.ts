import { withChat } from '../chat/chat.ts'
import { openDatabase } from '../chat/database.ts'
import { userIds } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { acceptOrReject } from './races/accept-reject.ts'
import { joinAndDisconnect } from './races/join-disconnect.ts'
import { joinAndSend } from './races/join-send.ts'
import { unlimitedRates } from './unlimited-rates.ts'

/** Each lane has its own pair of users, so that races do not wait for each other. */
const LANES = 8
const USERS = 40

export const races = scenario({
  name: 'races',
  promise:
    'A user who joins during a send gets the message; a connection that closes during a join leaves no rows behind.',
  sizes: {
    joinsAndSends: { what: 'joins during a send', full: 5000, short: 100 },
    joinsAndDisconnects: { what: 'connections cut during a join', full: 5000, short: 60 },
    acceptsAndRejects: { what: 'invitations accepted and rejected in parallel', full: 500, short: 20 },
  },
  async run(trial) {
    const { joinsAndSends, joinsAndDisconnects, acceptsAndRejects } = trial.sizes
    const users = userIds(USERS)
    const faults = { seed: trial.seed, database: { stale: 1 } }
    await withChat({ users, settings: unlimitedRates, faults }, async (chat) => {
      const race = { trial, chat, database: openDatabase(chat), users, lanes: LANES }
      await joinAndSend(race, joinsAndSends)
      await joinAndDisconnect(race, joinsAndDisconnects)
      await acceptOrReject(race, acceptsAndRejects)
      race.database.close()
    })
  },
})
