import { checkClients, checkMessages, checkRows } from '../model/checker.ts'
import { type Ledger, toSeenEntry } from '../model/ledger.ts'
import type { Rows } from '../model/rows.ts'
import { pause, until } from './async.ts'
import type { Database } from './chat/database.ts'
import type { Client } from './client/client.ts'
import type { Trial } from './trial.ts'

/** Waits until all clients have sent and show everything, or until the time is up; then judges the run. */
export async function settle(
  trial: Trial,
  { database, ledger, clients }: { database: Database; ledger: Ledger; clients: readonly Client[] },
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  const remainingMs = () => Math.max(0, deadline - Date.now())
  await until(() => {
    const busy = clients.filter(({ outbox }) => !outbox.isEmpty).length
    trial.progress(`${busy} clients wait for an acknowledgment`)
    return busy === 0
  }, remainingMs())
  // A retry that is still in flight might yet be stored as a duplicate.
  await pause(Math.min(1000, remainingMs()))
  const rows = await database.readRows(ledger.conversations)
  await until(() => {
    const behind = clients.filter((client) => !isCurrent(client, rows)).length
    trial.progress(`${behind} clients do not show everything yet`)
    return behind === 0
  }, remainingMs())
  judge(trial, ledger, rows, clients)
}

const isCurrent = (client: Client, { log }: Rows) =>
  client.ready && [...client.views].every(([id, { held }]) => held >= (log.get(id)?.length ?? 0))

/** Waits until only live connections have rows, checks the rows, and returns how many rows of other connections are left. */
export async function waitForCleanup(
  trial: Trial,
  database: Database,
  ledger: Ledger,
  clients: readonly Client[],
  timeoutMs: number,
): Promise<number> {
  const live = new Set(clients.map(({ connection }) => connection))
  const isLive = (key: string) => live.has(key.split(' ').at(-1))
  const countLeft = ({ connections, userConnections, subscriptions }: Rows) =>
    [connections, userConnections, subscriptions]
      .flatMap((rows) => [...rows.keys()])
      .filter((key) => !isLive(key)).length
  await until(
    async () => {
      const count = countLeft(await database.readRows(ledger.conversations))
      trial.progress(`${count} rows of closed connections are left`)
      return count === 0
    },
    timeoutMs,
    500,
  )
  const rows = await database.readRows(ledger.conversations)
  checkRows(ledger, rows, clients)
  return countLeft(rows)
}

/** Compares the whole history with what is stored, and reports its figures. */
export function judge(trial: Trial, ledger: Ledger, rows: Rows, clients: readonly Client[]): void {
  checkMessages(ledger, rows, clients)
  checkClients(ledger, clients)
  checkOrderOfSenders(ledger, rows)
  const stored = [...rows.log.values()].flat().length
  const acknowledged = [...ledger.sends.values()].filter(({ acked }) => acked).length
  const shown = clients.flatMap(({ views }) => [...views.values()].flatMap((view) => view.shown)).length
  const count = (...kinds: readonly string[]) =>
    trial.history.violations.filter(({ kind }) => kinds.includes(kind)).length
  trial.figure(`${stored} messages stored, ${acknowledged} acknowledged, shown ${shown} times`)
  trial.figure(
    `lost ${count('lost', 'unseen')}, duplicated ${count('stored twice')}, ` +
      `reordered ${count('out of order', 'hole')}, changed ${count('changed')}, leaked ${count('leak')}, ` +
      `echoed ${count('echo')}, stuck ${count('stuck')}, wrong answers ${count('wrong answer')}`,
  )
}

/** A client waits for each acknowledgment, so its messages must be stored in the order in which it sent them. */
function checkOrderOfSenders({ sends, history }: Ledger, { log }: Rows): void {
  for (const [conversation, entries] of log) {
    const seqOf = new Map(entries.map(toSeenEntry).map(({ sender, key, seq }) => [`${sender} ${key}`, seq]))
    const lastSeqOf = new Map<string, number>()
    for (const { conversation: target, user, key } of sends.values()) {
      const seq = target === conversation ? seqOf.get(`${user} ${key}`) : undefined
      if (seq === undefined) continue
      const client = key.slice(0, key.lastIndexOf('-'))
      if (seq < (lastSeqOf.get(client) ?? 0)) {
        const text = `${key} is stored in ${conversation} before an earlier message of its sender`
        history.violate('out of order', text, [key])
      }
      lastSeqOf.set(client, seq)
    }
  }
}
