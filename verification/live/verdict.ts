import { checkClients, checkMessages, checkRows, type Rows } from '../model/checker.ts'
import { type Record, toSeen } from '../model/record.ts'
import type { Engine } from './chat/rows.ts'
import type { Client } from './client/client.ts'
import type { Trial } from './trial.ts'
import { pause, until } from './waiting.ts'

/** Waits until nobody has anything left to send, and everybody shows all of their conversations, or the judge will tell. */
export async function settle(
  trial: Pick<Trial, 'progress' | 'history'>,
  engine: Engine,
  record: Record,
  clients: readonly Client[],
  withinMillis: number,
): Promise<Rows> {
  const deadline = Date.now() + withinMillis
  const left = () => Math.max(0, deadline - Date.now())
  await until(() => {
    const busy = clients.filter(({ outbox }) => !outbox.isEmpty).length
    trial.progress(`${busy} clients still wait for an acknowledgement`)
    return busy === 0
  }, left())
  // A repetition that nobody waits for any more may still be stored as what it is: a duplicate.
  await pause(Math.min(1000, left()))
  const rows = await engine.rows(record.conversations)
  await until(() => {
    const behind = clients.filter((client) => !isCurrent(client, rows)).length
    trial.progress(`${behind} clients do not show everything yet`)
    return behind === 0
  }, left())
  return rows
}

const isCurrent = (client: Client, { log }: Rows) =>
  client.ready && [...client.views].every(([id, { held }]) => held >= (log.get(id)?.length ?? 0))

/** Waits until no connection but the live ones has rows, compares them, and tells how many rows of others are left. */
export async function tidied(
  trial: Pick<Trial, 'progress'>,
  engine: Engine,
  record: Record,
  live: Parameters<typeof checkRows>[2],
  withinMillis: number,
): Promise<number> {
  const isLive = (key: string) => live.has(key.split(' ').at(-1) ?? '')
  const left = ({ connections, channels, joined }: Rows) =>
    [connections, channels, joined].flatMap((rows) => [...rows.keys()]).filter((key) => !isLive(key)).length
  await until(
    async () => {
      const count = left(await engine.rows(record.conversations))
      trial.progress(`${count} rows of connections that are gone are left`)
      return count === 0
    },
    withinMillis,
    500,
  )
  const rows = await engine.rows(record.conversations)
  checkRows(record, rows, live)
  return left(rows)
}

/** The whole history against what is stored, and its figures. */
export function judge(
  trial: Pick<Trial, 'figure' | 'history'>,
  record: Record,
  rows: Rows,
  clients: readonly Client[],
): void {
  checkMessages(record, rows, clients)
  checkClients(record, clients)
  checkSendersOrder(record, rows)
  const stored = [...rows.log.values()].reduce((sum, entries) => sum + entries.length, 0)
  const sends = [...record.sends.values()]
  const acknowledged = sends.filter(({ acked }) => acked).length
  const shown = clients.reduce(
    (sum, { views }) => sum + [...views.values()].reduce((all, view) => all + view.shown.length, 0),
    0,
  )
  const many = (...kinds: readonly string[]) =>
    trial.history.violations.filter(({ kind }) => kinds.includes(kind)).length
  trial.figure(`${stored} messages stored, ${acknowledged} acknowledged, shown ${shown} times`)
  trial.figure(
    `lost ${many('lost', 'unseen')}, duplicated ${many('stored twice')}, ` +
      `reordered ${many('disorder', 'hole')}, changed ${many('changed')}, leaked ${many('leak')}, ` +
      `echoed ${many('echo')}, stuck ${many('stuck')}, false answers ${many('false answer')}`,
  )
}

/** A client waits for each acknowledgement, so that its messages must stand in the order in which it sent them. */
function checkSendersOrder({ sends, history }: Record, { log }: Rows): void {
  for (const [conversation, entries] of log) {
    const seqOf = new Map(entries.map(toSeen).map(({ sender, key, seq }) => [`${sender} ${key}`, seq]))
    const last = new Map<string, number>()
    for (const { conversation: into, user, key } of sends.values()) {
      const seq = into === conversation ? seqOf.get(`${user} ${key}`) : undefined
      if (seq === undefined) continue
      const client = key.slice(0, key.lastIndexOf('-'))
      if (seq < (last.get(client) ?? 0)) {
        history.violate('disorder', `${key} stands in ${conversation} before what was sent earlier`, [key])
      }
      last.set(client, seq)
    }
  }
}
