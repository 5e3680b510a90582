import type { Random } from '../model/random.ts'
import { toFrame } from '../model/send-queue.ts'
import type { Client } from './client.ts'
import { type ClientOptions, FORGED_CONTENT } from './client-options.ts'

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
  /** Tokens renewed early. */
  renewals: 2,
  /** Conversations left and joined again. */
  toggles: 2,
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
  /** The number of the client, or `owner` for the client of the group's current owner. */
  readonly device: number | 'owner'
  readonly act: (client: Client) => void
}

/** Short, so that tokens and connections expire during a run. */
export const TOKEN_LIFETIME_MS = 120_000

/**
 * Plans who does what, and when. Four users talk, one of them until dismissed; one user is an outsider; one
 * device sleeps through the expiry of its token.
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
  const device = (name: string, ids: readonly string[], rest: Partial<ClientOptions> = {}) => ({
    user: name.slice(0, -1),
    name,
    conversations: ids,
    tokenLifetimeMs: TOKEN_LIFETIME_MS,
    ...rest,
  })
  const devices = [
    device('ada1', ['all', 'two', 'team']),
    device('ada2', ['all', 'two']),
    device('bob1', ['all', 'two', 'team']),
    device('bob2', ['all', 'team'], { tokenLifetimeMs: 50_000 }),
    device('cyd1', ['all', 'team']),
    device('cyd2', ['all'], { tokenLifetimeMs: 5000, sleeper: true }),
    device('dan1', ['two']),
    device('eve1', ['all', 'team']),
  ]
  const talkers = [0, 1, 2, 3, 4, 7]
  const anyTime = () => 500 + random.below(workload.lengthMs - 1000)
  const bursts = Array.from({ length: 5 }, anyTime)
  const steps: Step[] = []
  const times = (count: number, step: (index: number) => Step) => {
    for (let index = 0; index < count; index++) steps.push(step(index))
  }
  const atAnyTime = (act: Step['act']): Step => ({ at: anyTime(), device: random.pick(talkers), act })
  const conversationOf = (index: number) => random.pick(devices[index]?.conversations ?? [])

  times(workload.messages, (index) => {
    const talker = random.pick(talkers)
    const conversation = conversationOf(talker)
    return {
      at: random.pick(bursts) + random.below(60),
      device: talker,
      act: ({ outbox }) => outbox.add(conversation, `m${index}`, `content ${index}`),
    }
  })
  // The outsider sends in the middle of the run.
  steps.push({ at: anyTime(), device: 6, act: ({ outbox }) => outbox.add('two', 'intruder', 'let me in') })
  // The dismissed user reconnects around the dismissal, while the token still looks valid.
  const dismissal = { at: anyTime(), user: 'eve', demoted: random.chance(0.5) }
  steps.push({ at: dismissal.at - 500 - random.below(2500), device: 7, act: (client) => client.drop() })
  times(workload.drops, () => atAnyTime((client) => client.drop()))
  const closeSoon = (client: Client) => {
    client.hasty++
    client.drop()
  }
  times(workload.hasty, () => atAnyTime(closeSoon))
  // Early enough for the client to notice, after two heartbeats without an answer.
  times(workload.cuts, () => ({
    at: random.below(20_000),
    device: random.pick(talkers),
    act: ({ connection, gateway }) => connection !== undefined && gateway.cut(connection),
  }))
  times(workload.renewals, () => atAnyTime((client) => client.authenticate()))
  times(workload.toggles, () => {
    const talker = random.pick(talkers)
    const conversation = conversationOf(talker)
    return { at: anyTime(), device: talker, act: (client) => client.leave(conversation) }
  })
  times(workload.edits, (index) => {
    const talker = random.pick(talkers)
    const conversation = conversationOf(talker)
    const content = random.chance(0.3) ? '' : `new content ${index}`
    return { at: anyTime(), device: talker, act: ({ editor }) => editor.edit(conversation, content) }
  })
  times(workload.forgeries, () => ({ at: workload.lengthMs, device: random.pick(talkers), act: forge }))
  times(workload.moves, () => aMove(random, candidates, talkers, anyTime()))
  times(workload.creations, (index) => {
    const talker = random.pick(talkers)
    const others = candidates.filter((user) => user !== devices[talker]?.user && random.chance(0.7))
    const create = ({ organizer }: Client) => {
      // Twice, like a click that is repeated before the answer arrives.
      organizer.create(`g${index}`, others)
      organizer.create(`g${index}`, others)
    }
    return { at: anyTime(), device: talker, act: (client) => others.length > 0 && create(client) }
  })
  const groups = new Map([['team', team]])
  return { users, conversations, groups, devices, steps, dismissal, lengthMs: workload.lengthMs }
}

/** Mostly by the owner, because only the owner may make most changes. */
function aMove(random: Random, users: readonly string[], talkers: readonly number[], at: number): Step {
  const user = random.pick(users)
  const talker = random.pick(talkers)
  const device = random.chance(0.8) ? 'owner' : talker
  const moves: readonly Step[] = [
    { at, device, act: ({ organizer }) => organizer.invite('team', user) },
    { at, device, act: ({ organizer }) => organizer.invite('team', user) },
    { at, device, act: ({ organizer }) => organizer.remove('team', user) },
    { at, device, act: ({ organizer }) => organizer.handOver('team', user) },
    { at, device: talker, act: ({ organizer }) => organizer.leave('team') },
    { at, device: talker, act: ({ organizer }) => organizer.acceptAll() },
  ]
  return random.pick(moves)
}

/**
 * Reuses the key of an acknowledged message with other content. Skips edited messages, because their first content is
 * no longer known.
 */
function forge(client: Client): void {
  const { ledger } = client
  const sends = [...ledger.sends.values()].filter((send) => !ledger.edits.has(send))
  const known = sends.find(({ user, acked }) => user === client.options.user && acked !== undefined)
  if (!known || !client.authenticated) return
  client.send({ ...toFrame({ ...known, content: FORGED_CONTENT }), request_id: `forgery ${known.key}` })
}
