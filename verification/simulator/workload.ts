import type { Random } from '../model/random.ts'
import type { Client, ClientOptions } from './client.ts'

export interface Workload {
  /** Milliseconds. */
  readonly length: number
  readonly messages: number
  /** Lines that end during the run. */
  readonly drops: number
  readonly cuts: number
  /** Lines that end within moments of their beginning. */
  readonly hasty: number
  /** Tokens renewed early. */
  readonly renewals: number
  /** Conversations left and joined again. */
  readonly toggles: number
  /** Keys used again for other words. */
  readonly forgeries: number
  /** Messages that are given other words, or emptied. */
  readonly edits: number
}

const usual: Workload = {
  length: 60_000,
  messages: 12,
  drops: 3,
  cuts: 1,
  hasty: 1,
  renewals: 2,
  toggles: 2,
  forgeries: 1,
  edits: 3,
}

interface Step {
  readonly at: number
  readonly device: number
  readonly what: (client: Client) => void
}

type Device = Omit<ClientOptions, 'careless'>

/** Milliseconds; short, so that a run sees tokens and connections end. */
export const TOKEN_LIFETIME = 120_000

/** Who does what when: four users who talk, one of them until dismissed, one who may not listen, one device that sleeps through its token's end. */
export function plan(random: Random, changes: Partial<Workload> = {}) {
  const workload = { ...usual, ...changes }
  const users = ['ada', 'bob', 'cyd', 'dan', 'eve']
  const conversations = new Map([
    ['all', new Set(['ada', 'bob', 'cyd', 'eve'])],
    ['two', new Set(['ada', 'bob'])],
  ])
  const device = (
    user: string,
    name: string,
    ids: readonly string[],
    rest: Partial<Device> = {},
  ): Device => ({
    user,
    name,
    conversations: ids,
    tokenLifetime: TOKEN_LIFETIME,
    ...rest,
  })
  const devices = [
    device('ada', 'ada1', ['all', 'two']),
    device('ada', 'ada2', ['all', 'two']),
    device('bob', 'bob1', ['all', 'two']),
    device('bob', 'bob2', ['all'], { tokenLifetime: 50_000 }),
    device('cyd', 'cyd1', ['all']),
    device('cyd', 'cyd2', ['all'], { tokenLifetime: 5000, sleeper: true }),
    device('dan', 'dan1', ['two']),
    device('eve', 'eve1', ['all']),
  ]
  const talkers = [0, 1, 2, 3, 4, 7]
  const anyTime = () => 500 + random.below(workload.length - 1000)
  const bursts = Array.from({ length: 5 }, anyTime)
  const steps: Step[] = []
  const times = (count: number, what: (step: number) => Step) => {
    for (let step = 0; step < count; step++) steps.push(what(step))
  }
  const conversationOf = (at: number) => random.pick(devices[at]?.conversations ?? [])

  times(workload.messages, (step) => {
    const at = random.pick(talkers)
    const conversation = conversationOf(at)
    return {
      at: random.pick(bursts) + random.below(60),
      device: at,
      what: ({ outbox }) => outbox.add(conversation, `m${step}`, `words of ${step}`),
    }
  })
  // The outsider tries everything in the middle of it all.
  steps.push({ at: anyTime(), device: 6, what: ({ outbox }) => outbox.add('two', 'intruder', 'let me in') })
  // Coming back in the very moment of the dismissal, when the token still seems good.
  const dismissal = { at: anyTime(), user: 'eve', demoted: random.chance(0.5) }
  steps.push({ at: dismissal.at - 500 - random.below(2500), device: 7, what: (client) => client.drop() })
  times(workload.drops, () => ({
    at: anyTime(),
    device: random.pick(talkers),
    what: (client) => client.drop(),
  }))
  times(workload.hasty, () => ({
    at: anyTime(),
    device: random.pick(talkers),
    what: (client) => {
      client.hasty++
      client.drop()
    },
  }))
  // Early enough to be noticed by its client, after two heartbeats without an answer.
  times(workload.cuts, () => ({
    at: random.below(20_000),
    device: random.pick(talkers),
    what: ({ connection, gateway }) => connection !== undefined && gateway.cut(connection),
  }))
  times(workload.renewals, () => ({
    at: anyTime(),
    device: random.pick(talkers),
    what: (client) => client.authenticate(),
  }))
  times(workload.toggles, () => {
    const at = random.pick(talkers)
    const conversation = conversationOf(at)
    return { at: anyTime(), device: at, what: (client) => client.leave(conversation) }
  })
  times(workload.edits, (step) => {
    const at = random.pick(talkers)
    const conversation = conversationOf(at)
    const words = random.chance(0.3) ? '' : `other words ${step}`
    return { at: anyTime(), device: at, what: ({ editor }) => editor.change(conversation, words) }
  })
  times(workload.forgeries, () => ({ at: workload.length, device: random.pick(talkers), what: forge }))
  return { users, conversations, devices, steps, dismissal, length: workload.length }
}

/** Uses the key of a message that was acknowledged for other words. */
function forge(client: Client): void {
  const sends = [...client.record.sends.values()]
  const known = sends.find(({ user, acked }) => user === client.options.user && acked !== undefined)
  if (!known || !client.authenticated) return
  client.send({
    type: 'send_message',
    conversation_id: known.conversation,
    message: { content: 'forged' },
    client_message_id: known.key,
    request_id: `forgery ${known.key}`,
  })
}
