import { type CheckedClient, checkClients, checkMessages, checkRows } from '../model/checker.ts'
import { type Ledger, toSeenEntry } from '../model/ledger.ts'
import type { Rows } from '../model/rows.ts'
import { pause, until } from './async.ts'
import type { Database } from './chat/database.ts'
import type { Device } from './client/device.ts'
import type { Trial } from './trial.ts'

/** Waits until all devices have sent everything and show everything, or until the time is up. Then judges the run. */
export async function settle(
  trial: Trial,
  { database, ledger, devices }: { database: Database; ledger: Ledger; devices: readonly Device[] },
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  const remainingMs = () => Math.max(0, deadline - Date.now())
  await until(() => {
    const busy = devices.filter(({ outbox }) => !outbox.isEmpty).length
    trial.progress(`${busy} devices wait for an acknowledgment`)
    return busy === 0
  }, remainingMs())
  // Waits a moment longer, because a retry that is still in flight could be stored as a duplicate.
  await pause(Math.min(1000, remainingMs()))
  const rows = await database.readRows(ledger.conversations)
  await until(() => {
    const behind = devices.filter((device) => !isCurrent(device, rows)).length
    trial.progress(`${behind} devices do not show everything yet`)
    return behind === 0
  }, remainingMs())
  judge(trial, ledger, rows, devices)
  checkWritten(ledger, rows, devices)
}

const isCurrent = ({ ready, options, shows }: Device, { log }: Rows) =>
  ready && options.conversations.every((id) => shows(id) >= (log.get(id)?.length ?? 0))

/**
 * Waits until only live connections have rows, checks the rows, and returns how many rows of other connections are
 * left.
 */
export async function waitForCleanup(
  trial: Trial,
  database: Database,
  ledger: Ledger,
  devices: readonly CheckedClient[],
  timeoutMs: number,
): Promise<number> {
  const live = new Set(devices.map(({ connection }) => connection))
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
  checkRows(ledger, rows, devices)
  return countLeft(rows)
}

/** Compares the whole history with what is stored, and reports its figures. */
export function judge(trial: Trial, ledger: Ledger, rows: Rows, clients: readonly CheckedClient[]): void {
  checkMessages(ledger, rows, clients)
  checkClients(ledger, clients)
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

/** Checks that everything that was written on a device is stored as it was written, in the same order. */
function checkWritten({ history }: Ledger, { log }: Rows, devices: readonly Device[]): void {
  for (const [conversation, entries] of log) {
    const stored = new Map(entries.map(toSeenEntry).map((entry) => [`${entry.sender} ${entry.key}`, entry]))
    for (const { options, written } of devices) {
      let lastSeq = 0
      for (const { key, content } of written.filter((one) => one.conversation === conversation)) {
        const entry = stored.get(`${options.user} ${key}`)
        if (!entry) history.violate('lost', `${key}, written on ${options.name}, is not stored`, [key])
        else if (entry.content !== content)
          history.violate('changed', `${key}, written as '${content}', is '${entry.content}'`, [key])
        else if (entry.seq < lastSeq)
          history.violate('out of order', `${key} is stored before an earlier message of ${options.name}`, [
            key,
          ])
        lastSeq = entry?.seq ?? lastSeq
      }
    }
  }
}
