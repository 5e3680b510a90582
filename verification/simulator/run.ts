import { createChat } from '../../client/chat.ts'
import type { Deps } from '../../lambdas/chat/deps.ts'
import { newConversationRows } from '../../lambdas/stores/conversation-rows.ts'
import { checkClients, checkMessages, checkPresence, checkRegister, checkRows } from '../model/checker.ts'
import { checkCreated, checkDismissed, checkGroup } from '../model/groups.ts'
import { History, type Violation } from '../model/history.ts'
import { Ledger } from '../model/ledger.ts'
import { checkClientLists } from '../model/list-checks.ts'
import { Random } from '../model/random.ts'
import { Retention } from '../model/retention.ts'
import type { Row, Rows } from '../model/rows.ts'
import { checkWritten } from '../model/written.ts'
import { completed, withArchive } from './archive.ts'
import { type Backend, type Input, type Output, partOf, tableNames } from './backend.ts'
import { Device } from './device.ts'
import { dismiss } from './dismissal.ts'
import { expireAtTimes } from './expire-timer.ts'
import { type FaultRates, noFaults, usualFaults } from './fault-rates.ts'
import { Functions } from './functions.ts'
import { Gateway } from './gateway.ts'
import type { Invocation } from './invocation.ts'
import { checkServedLists, readListsAtTimes } from './list-reader.ts'
import { Machine } from './machine.ts'
import { clientWith, type Mistake } from './mistaken-client.ts'
import { readCreated, readGroups, readLists } from './read-groups.ts'
import { readPresence, readRegister, readRows } from './read-rows.ts'
import { Scheduler } from './scheduler.ts'
import { startSweepTimer } from './sweep-timer.ts'
import { SimulatedQueue } from './task-queue.ts'
import { plan, TOKEN_LIFETIME_MS, type Workload } from './workload.ts'

/** A deliberate bug in the product or its clients. */
export interface Weakening {
  readonly deps?: (deps: Deps, invocation: Invocation) => Deps
  /** Changes a command to the database. */
  readonly rewrite?: (operation: string, input: Input) => Input
  readonly answer?: (operation: string, output: Output) => Output
  /** Changes a frame on its way to a client. */
  readonly frame?: (frame: Input) => Input
  readonly client?: Mistake
}

export interface RunOptions {
  readonly faults?: Partial<FaultRates>
  readonly workload?: Partial<Workload>
  readonly weakening?: Weakening
  /** How long messages are kept. */
  readonly retentionMs?: number
  /** Limits pages of the database to this many items. */
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

/** The longest time between two heartbeats of a client in use. */
const HEARTBEAT_MS = 55_000

/**
 * The lifetime of a token plus the minute of grace for its connection, or the interval of the checks of a connection if
 * that is longer, plus some margin.
 */
const SWEPT_WITHIN_MS = Math.max(TOKEN_LIFETIME_MS + 60_000, 5 * 60_000) + 3 * 60_000

/** For this time after the phase with faults, logs are still checked for expired entries. */
const EXPIRE_WITHIN_MS = 120_000

const START = Date.parse('2026-01-01T12:30:00.000Z')
/** When the conversations were created: so long ago that a list can note when they were last active. */
const CREATED = START - 10 * 60_000
let runs = 0

/** Runs a chat under one seed: a phase with faults, a quiet phase, then all clients leave. */
export async function run(backend: Backend, seed: number, options: RunOptions = {}): Promise<Report> {
  const { weakening = {} } = options
  const history = new History()
  const scheduler = new Scheduler(new Random(seed), history, START)
  history.useClock(() => scheduler.now - START)
  const { database, archive } = withArchive(partOf(backend, `run${++runs}`), history)
  const gateway: Gateway = new Gateway(scheduler, () => functions, weakening.frame)
  const queue: SimulatedQueue = new SimulatedQueue(scheduler, () => functions)
  const functions = new Functions({ ...options, scheduler, database, gateway, queue })
  startSweepTimer(scheduler, functions)

  const scenario = plan(new Random(seed + 1_000_003), options.workload)
  const ledger = new Ledger(history, scenario.conversations, scenario.groups)
  const { retentionMs } = options
  if (retentionMs !== undefined) {
    ledger.retention = new Retention(history, retentionMs, () => scheduler.now)
    const lengthMs = scenario.lengthMs + EXPIRE_WITHIN_MS
    expireAtTimes(scheduler, functions, scenario.users, { seed, lengthMs })
  }
  await database.execute('TransactWriteItems', { TransactItems: initialRows(scenario) })
  const create = weakening.client ? await clientWith(weakening.client) : createChat
  const machines = new Map(scenario.devices.map(({ machine }) => [machine, new Machine(machine, scheduler)]))
  const clients = scenario.devices.map((device) => {
    const machine = machines.get(device.machine) ?? new Machine(device.machine, scheduler)
    return new Device(device, machine, gateway, ledger, create)
  })
  for (const [at, client] of clients.entries()) scheduler.after(at * 10, 'start', () => client.start())
  for (const { at, device, act } of scenario.steps) {
    scheduler.after(at, `step of ${device}`, () => {
      const client = device === 'owner' ? clientOf(ledger.owner) : clients[device]
      if (client) act(client)
    })
  }

  readListsAtTimes(scheduler, functions, database, { seed, lengthMs: scenario.lengthMs })
  const { dismissal } = scenario
  scheduler.after(dismissal.at, 'dismissal', () =>
    scheduler.background(dismiss(scheduler, functions, database, ledger, dismissal)),
  )

  scheduler.faults = { ...usualFaults, ...options.faults }
  const end = START + scenario.lengthMs
  await scheduler.run(end)
  await scheduler.run(end + 120_000, () =>
    clients.every(({ outbox, calls, stopped }) => (outbox.isEmpty && calls === 0) || stopped),
  )
  scheduler.faults = noFaults
  // Late events arrive now, then two heartbeats repair what is still missing.
  await scheduler.run(scheduler.now + 2.2 * HEARTBEAT_MS)
  const rows = await rowsNow()
  checkMessages(ledger, rows, clients)
  checkWritten(ledger, rows, clients)
  checkClients(ledger, clients)
  checkClientLists(ledger, rows, clients)

  await scheduler.run(scheduler.now + SWEPT_WITHIN_MS, () => functions.idle)
  checkRows(ledger, await rowsNow(), clients, await readRegister(database, START, scheduler.now))
  await checkGroupsNow()
  await checkPresenceNow(clients)
  await checkServedLists(scheduler, functions, database)

  for (const client of clients) client.stop()
  await scheduler.run(scheduler.now + SWEPT_WITHIN_MS)
  checkRows(ledger, await rowsNow(), [])
  checkRegister(ledger, await readRegister(database, START, scheduler.now))
  queue.lostPresence.clear()
  await scheduler.run(scheduler.now + 5000)
  await checkPresenceNow([])
  const stored = [...rows.log.values()].flat().filter((row) => isMessage(row as Row)).length
  const acked = [...ledger.sends.values()].filter((send) => send.acked).length
  const edited = [...ledger.edits.values()].filter((edit) => edit.acked).length
  return { seed, violations: history.violations, history, stored, acked, edited }

  async function rowsNow(): Promise<Rows> {
    const rows = await readRows(database, scenario, [...gateway.sockets.keys()])
    return { ...rows, log: completed(rows.log, archive) }
  }

  async function checkGroupsNow(): Promise<void> {
    const { log } = await rowsNow()
    for (const [id, stored] of await readGroups(database, scenario))
      checkGroup(ledger, id, log.get(id) ?? [], stored)
    checkCreated(ledger, await readCreated(database, scenario, ledger))
    checkDismissed(ledger, await readLists(database, scenario.users))
  }

  function clientOf(user: string | undefined): Device | undefined {
    return clients.find(({ options }) => options.user === user)
  }

  async function checkPresenceNow(connected: readonly Device[]): Promise<void> {
    checkPresence(ledger, await readPresence(database, scenario.users), connected, queue.lostPresence)
  }
}

const isMessage = ({ kind = 'message' }: Row) => kind === 'message'

function initialRows({ users, conversations, groups }: ReturnType<typeof plan>) {
  const people = users.map((id) => ({ id, firstname: id, lastname: '', email: '', role: 'admin' }))
  const createdAt = new Date(CREATED).toISOString()
  return [
    ...people.map((person) => ({
      Put: { TableName: tableNames.users, Item: { pk: `USER#${person.id}`, sk: 'PROFILE', ...person } },
    })),
    ...[
      ...[...conversations].flatMap(([id, users]) => newConversationRows(id, [...users], createdAt)),
      ...[...groups].flatMap(([id, { owner, participants }]) =>
        newConversationRows(id, [...participants], createdAt, { creator: owner }),
      ),
    ].map((Item) => ({ Put: { TableName: tableNames.conversations, Item } })),
  ]
}
