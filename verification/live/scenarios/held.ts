import { checkRows } from '../../model/checker.ts'
import { pause } from '../async.ts'
import { connectAll, groupsOf, userIds, withCrowd } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { waitForCleanup } from '../verdict.ts'

/**
 * Fewer than the ten connections a user may have, so that a reconnecting client does not replace another one.
 */
const CLIENTS_PER_USER = 8
const timing = { heartbeatMs: 60_000, answerTimeoutMs: 20_000 }
const CLEANUP_TIMEOUT_MS = 180_000

export const held = scenario({
  name: 'held',
  promise: 'Connections with heartbeats stay open, and the database holds exactly their rows.',
  sizes: {
    connections: { what: 'connections, authenticated and joined', full: 5000, short: 40 },
    seconds: { what: 'how long they are held', full: 300, short: 3 },
  },
  async run(trial) {
    const { connections, seconds } = trial.sizes
    const users = userIds(Math.ceil(connections / CLIENTS_PER_USER))
    const options = {
      chat: { users },
      groups: groupsOf(users, 4),
      crowd: { timing, perUser: CLIENTS_PER_USER, max: connections },
    }
    await withCrowd(trial, options, async ({ database, conversations, ledger, clients }) => {
      const began = Date.now()
      await connectAll(clients, trial)
      trial.figure(`${clients.length} connections joined in ${Math.round((Date.now() - began) / 1000)} s`)

      const end = Date.now() + seconds * 1000
      while (Date.now() < end) {
        const pongs = clients.reduce((sum, client) => sum + client.pongs, 0)
        trial.progress(`held for ${Math.round((end - Date.now()) / 1000)} s more, ${pongs} pings answered`)
        await pause(1000)
      }
      const lost = clients.flatMap(({ losses }) => losses)
      const pongs = clients.reduce((sum, client) => sum + client.pongs, 0)
      trial.figure(`held for ${seconds} s: ${pongs} pings answered, ${lost.length} connections lost`)
      if (lost.length > 0)
        trial.fail(`${lost.length} connections closed with ${[...new Set(lost)].join(', ')}`)
      const notReady = clients.filter(({ ready }) => !ready).length
      if (notReady > 0) trial.fail(`${notReady} clients are not authenticated or have not joined`)

      const rows = await database.readRows(conversations)
      checkRows(ledger, rows, clients)
      trial.figure(
        `${clients.length - notReady} live; rows: ${rows.connections.size} connections, ` +
          `${rows.userConnections.size} user connections, ${rows.subscriptions.size} subscriptions`,
      )
      const closing = Date.now()
      for (const client of clients) client.stop()
      const left = await waitForCleanup(trial, database, ledger, [], CLEANUP_TIMEOUT_MS)
      trial.figure(
        `all closed at once: ${left} rows left after ${Math.round((Date.now() - closing) / 1000)} s`,
      )
    })
  },
})
