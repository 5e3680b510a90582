import type { Deps } from '../../lambdas/chat/deps.ts'
import { newConversationRows } from '../../lambdas/stores/conversation-rows.ts'
import { checkClients, checkMessages, checkPresence, checkRows, type Rows } from '../model/checker.ts'
import { History, type Violation } from '../model/history.ts'
import { Random } from '../model/random.ts'
import { Record, toSeen } from '../model/record.ts'
import { type Backend, type Input, type Output, partOf, tableNames } from './backend.ts'
import { Client, HEARTBEAT } from './client.ts'
import { dismiss } from './dismissal.ts'
import { type Faults, noFaults, usualFaults } from './faults.ts'
import { Functions } from './functions.ts'
import { Gateway } from './gateway.ts'
import type { Invocation } from './invocation.ts'
import { Queue } from './queue.ts'
import { connectionsDue, readPresence, readRows } from './rows.ts'
import { startSchedule } from './schedule.ts'
import { Scheduler } from './scheduler.ts'
import { plan, TOKEN_LIFETIME, type Workload } from './workload.ts'

/** A deliberate fault of the product or of its clients. */
export interface Weakening {
  readonly deps?: (deps: Deps, invocation: Invocation) => Deps
  readonly rewrite?: (operation: string, input: Input, invocation: Invocation) => Input
  readonly answer?: (operation: string, output: Output) => Output
  /** Changes a frame on its way to a client. */
  readonly frame?: (frame: Input) => Input
  readonly careless?: boolean
}

export interface RunOptions {
  readonly faults?: Partial<Faults>
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
  /** Messages that were changed or emptied, and whose author was told so. */
  readonly changed: number
}

/** A token's life, the minute that its connection is left after that, and the rounds of the sweep. */
const SWEPT_WITHIN = TOKEN_LIFETIME + 4 * 60_000

const START = Date.parse('2026-01-01T12:00:00.000Z')
let runs = 0

/** One whole life of a chat under one seed: faults, then quiet, then everybody leaves. */
export async function run(backend: Backend, seed: number, options: RunOptions = {}): Promise<Report> {
  const { weakening = {}, pageSize } = options
  const history = new History()
  const scheduler = new Scheduler(new Random(seed), history, START)
  history.useClock(() => scheduler.now - START)
  let faults = noFaults
  const now = () => faults
  const own = partOf(backend, `run${++runs}`)
  const gateway = new Gateway(scheduler, now, weakening.frame)
  const queue = new Queue(scheduler, now)
  const functions = new Functions({
    scheduler,
    line: gateway,
    queueOf: (invocation) => queue.of(invocation),
    faults: now,
    skew: 5000,
    seam: {
      backend: own,
      faults: now,
      ...definedOnly({ pageSize, rewrite: weakening.rewrite, answer: weakening.answer }),
    },
    ...definedOnly({ weaken: weakening.deps }),
  })
  gateway.use(functions)
  queue.use(functions)
  startSchedule(scheduler, functions, now)

  const scenario = plan(new Random(seed + 1_000_003), options.workload)
  const record = new Record(history, scenario.conversations)
  await own.execute('TransactWriteItems', { TransactItems: firstRows(scenario) })
  const clients = scenario.devices.map(
    (device) => new Client({ ...device, careless: weakening.careless === true }, scheduler, gateway, record),
  )
  for (const [at, client] of clients.entries()) scheduler.after(at * 10, 'start', () => client.connect())
  for (const { at, device, what } of scenario.steps) {
    const client = clients[device]
    if (client) scheduler.after(at, `step of ${client.options.name}`, () => what(client))
  }

  const { dismissal } = scenario
  scheduler.after(dismissal.at, 'dismissal', () => dismiss(scheduler, functions, record, dismissal))

  faults = { ...usualFaults, ...options.faults }
  const end = START + scenario.length
  await scheduler.run(end)
  await scheduler.run(end + 120_000, () =>
    clients.every(({ outbox, editor, stopped }) => (outbox.isEmpty && editor.isEmpty) || stopped),
  )
  faults = noFaults
  // Whatever is late comes now, then two heartbeats repair what is left.
  await scheduler.run(scheduler.now + 2.2 * HEARTBEAT)
  const rows = await rowsNow()
  checkMessages(record, rows, clients)
  checkClients(record, clients)

  const live = () =>
    new Map(
      clients.flatMap((client) =>
        client.connection !== undefined ? [[client.connection, client] as const] : [],
      ),
    )
  await scheduler.run(scheduler.now + SWEPT_WITHIN, () => functions.idle)
  checkRows(record, await rowsNow(), live(), await connectionsDue(own, START, scheduler.now + SWEPT_WITHIN))
  await presenceNow(live())

  for (const client of clients) client.stop()
  await scheduler.run(scheduler.now + SWEPT_WITHIN)
  checkRows(record, await rowsNow(), new Map())
  queue.lostNews.clear()
  await scheduler.run(scheduler.now + 5000)
  await presenceNow(new Map())
  const stored = [...rows.log.values()].flat().filter((row) => toSeen(row).target === undefined).length
  const acked = [...record.sends.values()].filter((send) => send.acked).length
  const changed = [...record.edits.values()].filter((edit) => edit.acked).length
  return { seed, violations: history.violations, history, stored, acked, changed }

  async function rowsNow(): Promise<Rows> {
    return await readRows(own, scenario, [...gateway.sockets.keys()])
  }

  async function presenceNow(there: ReadonlyMap<string, Client>): Promise<void> {
    checkPresence(record, await readPresence(own, scenario.users), there, queue.lostNews)
  }
}

/** Exact optional properties want absence, not undefined. */
const definedOnly = <T extends object>(parts: T) =>
  Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

function firstRows({ users, conversations }: ReturnType<typeof plan>) {
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
