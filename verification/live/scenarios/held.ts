import { checkRows } from '../../model/checker.ts'
import { withChat } from '../chat/chat.ts'
import { engineOf } from '../chat/rows.ts'
import { crowdOf, groups, open, people } from '../crowd.ts'
import { scenario } from '../trial.ts'
import { tidied } from '../verdict.ts'
import { pause } from '../waiting.ts'

/** A user may have ten; a client that comes back must not push out another one. */
const EACH = 8
const pace = { heartbeat: 60_000, answerWithin: 20_000 }
const GONE_WITHIN = 180_000

export const held = scenario({
  name: 'held',
  promise: 'Connections that beat stay open, and the rows of the database are exactly theirs.',
  sizes: {
    connections: { what: 'connections, authenticated and joined', full: 5000, short: 40 },
    seconds: { what: 'how long they are held', full: 300, short: 3 },
  },
  async run(trial) {
    const { connections, seconds } = trial.sizes
    const users = people(Math.ceil(connections / EACH))
    await withChat({ users }, async (chat) => {
      const engine = engineOf(chat)
      const conversations = groups(users, 4)
      await engine.make(conversations)
      const crowd = crowdOf(chat, trial, conversations, { pace, each: EACH })
      const { record } = crowd
      const clients = crowd.clients.slice(0, connections)
      const began = Date.now()
      await open(clients, trial)
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
        trial.fail(`${lost.length} connections ended with ${[...new Set(lost)].join(', ')}`)
      const away = clients.filter(({ ready }) => !ready).length
      if (away > 0) trial.fail(`${away} clients are not where they want to be`)

      const live = new Map(clients.map((client) => [client.connection ?? '', client]))
      const rows = await engine.rows(conversations)
      checkRows(record, rows, live)
      trial.figure(
        `${live.size} live; rows: ${rows.connections.size} connections, ` +
          `${rows.channels.size} in personal channels, ${rows.joined.size} joined`,
      )
      const closing = Date.now()
      for (const client of clients) client.stop()
      const left = await tidied(trial, engine, record, new Map(), GONE_WITHIN)
      trial.figure(
        `all closed at once: ${left} rows left after ${Math.round((Date.now() - closing) / 1000)} s`,
      )
      engine.close()
    })
  },
})
