import { withChat } from '../chat/chat.ts'
import { engineOf } from '../chat/rows.ts'
import { people } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { acceptOrReject } from './races/accept-reject.ts'
import { joinAndDisconnect } from './races/join-disconnect.ts'
import { joinAndSend } from './races/join-send.ts'

/** Each lane has a pair of its own, so that one race does not wait for another. */
const LANES = 8
const USERS = 40

const often = { framesPerSecond: 1000, frameBurst: 10_000, messagesPerSecond: 1000, messageBurst: 10_000 }

export const races = scenario({
  name: 'races',
  promise:
    'Whoever joins while somebody sends gets the message; whoever leaves while joining leaves nothing behind.',
  sizes: {
    joinsAndSends: { what: 'joins at the moment of a send', full: 5000, short: 100 },
    joinsAndDisconnects: { what: 'connections cut while their join is under way', full: 5000, short: 60 },
    acceptsAndRejects: { what: 'invitations accepted and rejected at once', full: 500, short: 20 },
  },
  async run(trial) {
    const { joinsAndSends, joinsAndDisconnects, acceptsAndRejects } = trial.sizes
    const users = people(USERS)
    const faults = { seed: trial.seed, database: { stale: 1 } }
    await withChat({ users, settings: often, faults }, async (chat) => {
      const race = { trial, chat, engine: engineOf(chat), users, lanes: LANES }
      await joinAndSend(race, joinsAndSends)
      await joinAndDisconnect(race, joinsAndDisconnects)
      await acceptOrReject(race, acceptsAndRejects)
      race.engine.close()
    })
  },
})
