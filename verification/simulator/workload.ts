import { FORGED_CONTENT } from '../model/frame-checks.ts'
import type { Random } from '../model/random.ts'
import type { Device, DeviceOptions } from './device.ts'
import { storeForeignLog } from './foreign-log.ts'
import { moves } from './moves.ts'

export type Workload = Readonly<typeof usual>

const usual = {
  lengthMs: 60_000,
  messages: 12,
  /** Connections that a client closes during the run. */
  drops: 3,
  /** Connections cut without a close frame. */
  cuts: 1,
  /** Connections closed right after they open. */
  hasty: 1,
  /** Conversations closed and opened again. */
  toggles: 2,
  /** Pages closed and opened again. */
  reloads: 2,
  /** Pages that find the log of another database in their storage when they are opened again. */
  foreignLogs: 0.3,
  /** Machines that sleep for a while. */
  naps: 1,
  /** Periods during which the sockets of a machine do not open, so that its tabs poll. */
  blocks: 1,
  /** Periods during which the storage of a machine fails. */
  breakdowns: 0.3,
  /** Tabs that are hidden and shown again. */
  switches: 2,
  /** Read marks and typing notices. */
  marks: 6,
  /** Keys reused with other content. */
  forgeries: 1,
  /** Messages edited or deleted. */
  edits: 3,
  /** Attempts to change the participants or the owner of a group. */
  moves: 8,
  /** Groups created. */
  creations: 1,
}

interface Step {
  readonly at: number
  /** The number of the device, or `owner` for a device of the group's current owner. */
  readonly device: number | 'owner'
  readonly act: (device: Device) => void
}

/** Short, so that tokens and connections expire during a run. */
export const TOKEN_LIFETIME_MS = 120_000

/** A tab, and the machine that it shares with other tabs of its user. */
type PlannedDevice = DeviceOptions & { readonly machine: string }

/**
 * Plans who does what, and when. Four users talk, one of them until the dismissal. One user is an outsider, one device
 * sleeps through the expiry of its token, and one user has two tabs that share a connection.
 */
export function plan(random: Random, changes: Partial<Workload> = {}) {
  const workload = { ...usual, ...changes }
  const users = ['ada', 'bob', 'cyd', 'dan', 'eve']
  const conversations = new Map([
    ['all', new Set(['ada', 'bob', 'cyd', 'eve'])],
    ['two', new Set(['ada', 'bob'])],
  ])
  const candidates = ['ada', 'bob', 'cyd', 'eve']
  const team = {
    owner: 'ada',
    participants: new Set(['ada', 'bob', 'eve']),
    candidates: new Set(candidates),
  }
  const device = (name: string, ids: readonly string[], rest: Partial<PlannedDevice> = {}) => ({
    user: name.slice(0, -1),
    name,
    machine: name,
    conversations: ids,
    tokenLifetimeMs: TOKEN_LIFETIME_MS,
    ...rest,
  })
  const devices: readonly PlannedDevice[] = [
    device('ada1', ['all', 'two', 'team']),
    device('ada2', ['all', 'two']),
    device('bob1', ['all', 'two', 'team']),
    device('bob2', ['all', 'team'], { tokenLifetimeMs: 50_000 }),
    device('cyd1', ['all', 'team']),
    device('cyd2', ['all'], { tokenLifetimeMs: 5000, sleeper: true }),
    device('dan1', ['two']),
    device('eve1', ['all', 'team']),
    device('ada3', ['all', 'two'], { machine: 'ada1' }),
  ]
  const talkers = [0, 1, 2, 3, 4, 7, 8]
  const anyTime = () => 500 + random.below(workload.lengthMs - 1000)
  const bursts = Array.from({ length: 5 }, anyTime)
  const steps: Step[] = []
  /** The fractional part of `count` is the chance of one more step. */
  const times = (count: number, step: (index: number) => Step) => {
    const whole = Math.floor(count) + (random.chance(count % 1) ? 1 : 0)
    for (let index = 0; index < whole; index++) steps.push(step(index))
  }
  const atAnyTime = (act: Step['act']): Step => ({ at: anyTime(), device: random.pick(talkers), act })
  const conversationOf = (index: number) => random.pick(devices[index]?.conversations ?? [])
  const inAConversation = (act: (device: Device, conversation: string) => void): Step => {
    const talker = random.pick(talkers)
    const conversation = conversationOf(talker)
    return { at: anyTime(), device: talker, act: (one) => act(one, conversation) }
  }
  /** Begins an action on a machine at a random time, and ends it within some seconds. */
  const forAWhile = (
    maxMs: number,
    begin: (machine: Device['machine']) => void,
    end: (machine: Device['machine']) => void,
  ): Step => {
    const lengthMs = 1000 + random.below(maxMs)
    return atAnyTime(({ machine, scheduler }) => {
      begin(machine)
      scheduler.after(lengthMs, `${machine.name} recovers`, () => end(machine))
    })
  }

  times(workload.messages, (index) => {
    const talker = random.pick(talkers)
    const conversation = conversationOf(talker)
    return {
      at: random.pick(bursts) + random.below(60),
      device: talker,
      act: (one) => one.write(conversation, `content ${index}`),
    }
  })
  // The outsider sends in the middle of the run.
  steps.push({ at: anyTime(), device: 6, act: (one) => one.write('two', 'let me in') })
  // The dismissed user reconnects around the dismissal, while the token still looks valid.
  const dismissal = { at: anyTime(), user: 'eve', demoted: random.chance(0.5) }
  steps.push({ at: dismissal.at - 500 - random.below(2500), device: 7, act: (one) => one.drop() })
  times(workload.drops, () => atAnyTime((one) => one.drop()))
  const closeSoon = (one: Device) => {
    one.hasty++
    one.drop()
  }
  times(workload.hasty, () => atAnyTime(closeSoon))
  // Cuts are early enough for the client to notice them after a heartbeat without an answer.
  times(workload.cuts, () => ({
    at: random.below(20_000),
    device: random.pick(talkers),
    act: (one) => one.cut(),
  }))
  times(workload.toggles, () => inAConversation((one, conversation) => one.toggle(conversation)))
  times(workload.reloads, () => atAnyTime((one) => one.reload()))
  times(workload.foreignLogs, () =>
    atAnyTime((one) => {
      const { user } = one.options
      // The dismissed user gets no foreign log: the page of this user may never reach the server again, and would then
      // show the foreign log.
      one.reload(() => user !== dismissal.user && storeForeignLog(one.machine, user, 'all'))
    }),
  )
  times(workload.naps, () => {
    const step = forAWhile(
      40_000,
      (machine) => machine.sleep(),
      (machine) => machine.wake(),
    )
    // The connection of a machine that sleeps may end unnoticed.
    const isCut = random.chance(0.5)
    return {
      ...step,
      act: (one) => {
        step.act(one)
        if (isCut) one.cut()
      },
    }
  })
  const setSockets = (hasNoSockets: boolean) => (machine: Device['machine']) => {
    machine.hasNoSockets = hasNoSockets
  }
  times(workload.blocks, () => {
    const step = forAWhile(25_000, setSockets(true), setSockets(false))
    return {
      ...step,
      act: (one) => {
        step.act(one)
        one.drop()
      },
    }
  })
  const setStorage = (hasBrokenStorage: boolean) => (machine: Device['machine']) => {
    machine.hasBrokenStorage = hasBrokenStorage
  }
  times(workload.breakdowns, () => forAWhile(5000, setStorage(true), setStorage(false)))
  times(workload.switches, () =>
    forAWhile(
      20_000,
      (machine) => machine.show(false),
      (machine) => machine.show(true),
    ),
  )
  times(workload.marks, () =>
    inAConversation((one, conversation) => {
      const room = one.room(conversation)
      room?.typing(true)
      room?.read(room.log.getSnapshot().lastSeq)
    }),
  )
  times(workload.edits, (index) => {
    const content = random.chance(0.3) ? '' : `new content ${index}`
    return inAConversation((one, conversation) => moves.edit(one, conversation, content))
  })
  times(workload.forgeries, () => ({ at: workload.lengthMs, device: random.pick(talkers), act: forge }))
  times(workload.moves, () => aMove(random, candidates, talkers, anyTime()))
  times(workload.creations, (index) => {
    const talker = random.pick(talkers)
    const others = candidates.filter((user) => user !== devices[talker]?.user && random.chance(0.7))
    return {
      at: anyTime(),
      device: talker,
      act: (one) => others.length > 0 && moves.create(one, `g${index}`, others),
    }
  })
  const groups = new Map([['team', team]])
  return { users, conversations, groups, devices, steps, dismissal, lengthMs: workload.lengthMs }
}

/** A change of a group. It is mostly made by the owner, because only the owner may make most changes. */
function aMove(random: Random, users: readonly string[], talkers: readonly number[], at: number): Step {
  const user = random.pick(users)
  const talker = random.pick(talkers)
  const device = random.chance(0.8) ? 'owner' : talker
  const steps: readonly Step[] = [
    { at, device, act: (one) => moves.invite(one, 'team', user) },
    { at, device, act: (one) => moves.invite(one, 'team', user) },
    { at, device, act: (one) => moves.remove(one, 'team', user) },
    { at, device, act: (one) => moves.handOver(one, 'team', user) },
    { at, device: talker, act: (one) => moves.leave(one, 'team') },
    { at, device: talker, act: (one) => one.acceptAll() },
  ]
  return random.pick(steps)
}

/**
 * Reuses the key of an acknowledged message with other content. Skips edited messages, because their first content is
 * no longer known.
 */
function forge(device: Device): void {
  const { ledger } = device
  const sends = [...ledger.sends.values()].filter((send) => !ledger.edits.has(send))
  const known = sends.find(({ user, acked }) => user === device.options.user && acked !== undefined)
  if (!known) return
  const { conversation, key } = known
  device.forge(
    {
      type: 'send_message',
      conversation_id: conversation,
      message: { content: FORGED_CONTENT },
      client_message_id: key,
    },
    `forgery ${key}`,
  )
}
