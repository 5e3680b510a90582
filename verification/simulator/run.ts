import type { Deps } from '../../lambdas/chat/deps.ts'
import { newConversationRows } from '../../lambdas/stores/conversation-rows.ts'
import { checkClients, checkMessages, checkPresence, checkRows } from '../model/checker.ts'
import { History, type Violation } from '../model/history.ts'
import { Ledger, toSeenEntry } from '../model/ledger.ts'
import { Random } from '../model/random.ts'
import type { Rows } from '../model/rows.ts'
import { type Backend, type Input, type Output, partOf, tableNames } from './backend.ts'
import { Client, HEARTBEAT_MS } from './client.ts'
import { dismiss } from './dismissal.ts'
import { type FaultRates, noFaults, usualFaults } from './fault-rates.ts'
import { Functions } from './functions.ts'
import { Gateway } from './gateway.ts'
import type { Invocation } from './invocation.ts'
import { readPresence, readRows, readSweepSchedule } from './read-rows.ts'
import { Scheduler } from './scheduler.ts'
import { startSweepTimer } from './sweep-timer.ts'
import { SimulatedQueue } from './task-queue.ts'
import { plan, TOKEN_LIFETIME_MS, type Workload } from './workload.ts'

/** A deliberate bug in the product or its clients. */
export interface Weakening {
  readonly deps?: (deps: Deps, invocation: Invocation) => Deps
  readonly rewrite?: (operation: string, input: Input, invocation: Invocation) => Input
  readonly answer?: (operation: string, output: Output) => Output
  /** Changes a frame on its way to a client. */
  readonly frame?: (frame: Input) => Input
  readonly careless?: boolean
}

export interface RunOptions {
  readonly faults?: Partial<FaultRates>
  readonly workload?: Partial<Workload>
  readonly weakening?: Weakening
  readonly pageSize?: number
}

export interface Report {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly history: History
  readonly stored: number
  readonly acked: number
  /** Messages with an acknowledged edit or deletion. */
  readonly edited: number
}

/** Token lifetime, the minute of grace for its connection, and the interval of the sweep, with some margin. */
const SWEPT_WITHIN_MS = TOKEN_LIFETIME_MS + 4 * 60_000

const START = Date.parse('2026-01-01T12:00:00.000Z')
let runs = 0

/** Runs a chat under one seed: a phase with faults, a quiet phase, then all clients leave. */
export async function run(backend: Backend, seed: number, options: RunOptions = {}): Promise<Report> {
  const { weakening = {}, pageSize } = options
  const history = new History()
  const scheduler = new Scheduler(new Random(seed), history, START)
  history.useClock(() => scheduler.now - START)
  let rates = noFaults
  const faults = () => rates
  const database = partOf(backend, `run${++runs}`)
  const gateway = new Gateway(scheduler, faults, weakening.frame)
  const queue = new SimulatedQueue(scheduler, faults)
  const functions = new Functions({
    scheduler,
    connections: gateway,
    queueOf: (invocation) => queue.of(invocation),
    faults,
    maxSkewMs: 5000,
    seam: {
      backend: database,
      faults,
      ...definedOnly({ pageSize, rewrite: weakening.rewrite, answer: weakening.answer }),
    },
    ...definedOnly({ weaken: weakening.deps }),
  })
  gateway.use(functions)
  queue.use(functions)
  startSweepTimer(scheduler, functions, faults)

  const scenario = plan(new Random(seed + 1_000_003), options.workload)
  const ledger = new Ledger(history, scenario.conversations)
  await database.execute('TransactWriteItems', { TransactItems: initialRows(scenario) })
  const clients = scenario.devices.map(
    (device) => new Client({ ...device, careless: weakening.careless === true }, scheduler, gateway, ledger),
  )
  for (const [at, client] of clients.entries()) scheduler.after(at * 10, 'start', () => client.connect())
  for (const { at, device, act } of scenario.steps) {
    const client = clients[device]
    if (client) scheduler.after(at, `step of ${client.options.name}`, () => act(client))
  }

  const { dismissal } = scenario
  scheduler.after(dismissal.at, 'dismissal', () => dismiss(scheduler, functions, ledger, dismissal))

  rates = { ...usualFaults, ...options.faults }
  const end = START + scenario.lengthMs
  await scheduler.run(end)
  await scheduler.run(end + 120_000, () =>
    clients.every(({ outbox, editor, stopped }) => (outbox.isEmpty && editor.isEmpty) || stopped),
  )
  rates = noFaults
  // Late events arrive now, then two heartbeats repair what is still missing.
  await scheduler.run(scheduler.now + 2.2 * HEARTBEAT_MS)
  const rows = await rowsNow()
  checkMessages(ledger, rows, clients)
  checkClients(ledger, clients)

  const live = () =>
    new Map(
      clients.flatMap((client) =>
        client.connection !== undefined ? [[client.connection, client] as const] : [],
      ),
    )
  await scheduler.run(scheduler.now + SWEPT_WITHIN_MS, () => functions.idle)
  checkRows(
    ledger,
    await rowsNow(),
    live(),
    await readSweepSchedule(database, START, scheduler.now + SWEPT_WITHIN_MS),
  )
  await checkPresenceNow(live())

  for (const client of clients) client.stop()
  await scheduler.run(scheduler.now + SWEPT_WITHIN_MS)
  checkRows(ledger, await rowsNow(), new Map())
  queue.lostPresence.clear()
  await scheduler.run(scheduler.now + 5000)
  await checkPresenceNow(new Map())
  const stored = [...rows.log.values()].flat().filter((row) => toSeenEntry(row).target === undefined).length
  const acked = [...ledger.sends.values()].filter((send) => send.acked).length
  const edited = [...ledger.edits.values()].filter((edit) => edit.acked).length
  return { seed, violations: history.violations, history, stored, acked, edited }

  async function rowsNow(): Promise<Rows> {
    return await readRows(database, scenario, [...gateway.sockets.keys()])
  }

  async function checkPresenceNow(connected: ReadonlyMap<string, Client>): Promise<void> {
    checkPresence(ledger, await readPresence(database, scenario.users), connected, queue.lostPresence)
  }
}

/** Drops undefined properties, as `exactOptionalPropertyTypes` requires. */
const definedOnly = <T extends object>(parts: T) =>
  Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

function initialRows({ users, conversations }: ReturnType<typeof plan>) {
  const people = users.map((id) => ({ id, firstname: id, lastname: '', email: '', role: 'admin' }))
  const createdAt = new Date(START).toISOString()
  return [
    ...people.map((person) => ({
      Put: { TableName: tableNames.users, Item: { pk: `USER#${person.id}`, sk: 'PROFILE', ...person } },
    })),
    ...[...conversations].flatMap(([id, members]) =>
      newConversationRows(id, [...members], createdAt).map((Item) => ({
        Put: { TableName: tableNames.conversations, Item },
      })),
    ),
  ]
}
