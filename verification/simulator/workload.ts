import type { Random } from '../model/random.ts'
import { toFrame } from '../model/send-queue.ts'
import type { Client } from './client.ts'
import type { ClientOptions } from './client-options.ts'

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
}

interface Step {
  readonly at: number
  readonly device: number
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
  const device = (name: string, ids: readonly string[], rest: Partial<ClientOptions> = {}) => ({
    user: name.slice(0, -1),
    name,
    conversations: ids,
    tokenLifetimeMs: TOKEN_LIFETIME_MS,
    ...rest,
  })
  const devices = [
    device('ada1', ['all', 'two']),
    device('ada2', ['all', 'two']),
    device('bob1', ['all', 'two']),
    device('bob2', ['all'], { tokenLifetimeMs: 50_000 }),
    device('cyd1', ['all']),
    device('cyd2', ['all'], { tokenLifetimeMs: 5000, sleeper: true }),
    device('dan1', ['two']),
    device('eve1', ['all']),
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
  return { users, conversations, devices, steps, dismissal, lengthMs: workload.lengthMs }
}

/** Reuses the key of an acknowledged message with other content. */
function forge(client: Client): void {
  const sends = [...client.ledger.sends.values()]
  const known = sends.find(({ user, acked }) => user === client.options.user && acked !== undefined)
  if (!known || !client.authenticated) return
  client.send({ ...toFrame({ ...known, content: 'forged' }), request_id: `forgery ${known.key}` })
}
