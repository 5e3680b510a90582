import type { Random } from '../model/random.ts'
import { Record } from '../model/record.ts'
import type { Place } from './chat/chat.ts'
import type { Conversations } from './chat/rows.ts'
import { Client } from './client/client.ts'
import type { ClientOptions } from './client/options.ts'
import type { Trial } from './trial.ts'
import { inLanes, range, until } from './waiting.ts'

/** User ids: `u0`, `u1` … */
export const people = (count: number): readonly string[] => range(count).map((n) => `u${n}`)

/** Groups of so many, `c0`, `c1` …, that have everybody once. */
export function groups(users: readonly string[], size: number): Conversations {
  const count = Math.ceil(users.length / size)
  return new Map(range(count).map((n) => [`c${n}`, new Set(users.slice(n * size, (n + 1) * size))] as const))
}

/** Clients of every participant, each in the conversations of its user. */
export function crowdOf(
  place: Place,
  trial: Pick<Trial, 'random' | 'history'>,
  conversations: Conversations,
  { each = 1, ...options }: Partial<ClientOptions> & { readonly each?: number } = {},
) {
  const record = new Record(trial.history, conversations)
  const ofUser = new Map<string, string[]>()
  for (const [id, users] of conversations) {
    for (const user of users) ofUser.set(user, [...(ofUser.get(user) ?? []), id])
  }
  const clients = [...ofUser].flatMap(([user, ids]) =>
    range(each).map(
      (n) =>
        new Client(
          { ...options, user, name: `${user}-${n}`, conversations: ids },
          place,
          record,
          trial.random,
        ),
    ),
  )
  return { record, clients }
}

/** Opens all, so many at once, and waits until each is where it wants to be. */
export async function open(
  clients: readonly Client[],
  trial: Pick<Trial, 'progress' | 'fail'>,
  atOnce = 32,
): Promise<void> {
  let ready = 0
  await inLanes(clients, Math.min(atOnce, clients.length), async (client) => {
    client.start()
    if (!(await until(() => client.ready, 60_000, 10))) trial.fail(`${client.options.name} could not join`)
    trial.progress(`${++ready} of ${clients.length} clients have joined`)
  })
}

export interface Talk {
  /** Milliseconds from the first try of each message to its acknowledgement. */
  readonly taken: number[]
  readonly done: Promise<void>
}

/**
 * Every client sends its next message when the last one is acknowledged.
 * @param more asked before each message
 */
export function talk(
  clients: readonly Client[],
  random: Random,
  more: () => boolean,
  pause: () => Promise<unknown> = async () => undefined,
): Talk {
  const taken: number[] = []
  const say = async (client: Client) => {
    for (let n = 0; more(); n++) {
      await pause()
      const began = performance.now()
      const content = `${n} of ${client.options.name} `.padEnd(20 + random.below(200), 'x')
      await client.outbox.send(
        random.pick(client.options.conversations),
        `${client.options.name}-${n}`,
        content,
      )
      taken.push(performance.now() - began)
    }
  }
  return { taken, done: Promise.all(clients.map(say)).then(() => undefined) }
}

/** Says yes so many times. */
export function upTo(count: number): () => boolean {
  let left = count
  return () => left-- > 0
}
