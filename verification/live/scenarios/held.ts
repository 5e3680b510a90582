import { checkRows } from '../../model/checker.ts'
import { pause } from '../async.ts'
import { connectAll, groupsOf, userIds, withCrowd } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { waitForCleanup } from '../verdict.ts'

/**
 * Fewer than the ten connections a user may have, so that a device that reconnects does not replace another connection.
 */
const DEVICES_PER_USER = 8
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
    const users = userIds(Math.ceil(connections / DEVICES_PER_USER))
    const options = {
      chat: { users },
      groups: groupsOf(users, 4),
      crowd: { perUser: DEVICES_PER_USER, max: connections },
    }
    await withCrowd(trial, options, async ({ database, conversations, ledger, devices }) => {
      const began = Date.now()
      await connectAll(devices, trial)
      trial.figure(`${devices.length} connections joined in ${Math.round((Date.now() - began) / 1000)} s`)

      const end = Date.now() + seconds * 1000
      while (Date.now() < end) {
        const pongs = devices.reduce((sum, device) => sum + device.pongs, 0)
        trial.progress(`held for ${Math.round((end - Date.now()) / 1000)} s more, ${pongs} pings answered`)
        await pause(1000)
      }
      const lost = devices.flatMap(({ losses }) => losses)
      const pongs = devices.reduce((sum, device) => sum + device.pongs, 0)
      trial.figure(`held for ${seconds} s: ${pongs} pings answered, ${lost.length} connections lost`)
      if (lost.length > 0)
        trial.fail(`${lost.length} connections closed with ${[...new Set(lost)].join(', ')}`)
      const notReady = devices.filter(({ ready }) => !ready).length
      if (notReady > 0) trial.fail(`${notReady} devices are not authenticated or have not joined`)

      const rows = await database.readRows(conversations)
      checkRows(ledger, rows, devices)
      trial.figure(
        `${devices.length - notReady} live; rows: ${rows.connections.size} connections, ` +
          `${rows.userConnections.size} user connections, ${rows.subscriptions.size} subscriptions`,
      )
      const closing = Date.now()
      for (const device of devices) device.stop()
      const left = await waitForCleanup(trial, database, ledger, [], CLEANUP_TIMEOUT_MS)
      trial.figure(
        `all closed at once: ${left} rows left after ${Math.round((Date.now() - closing) / 1000)} s`,
      )
    })
  },
})
