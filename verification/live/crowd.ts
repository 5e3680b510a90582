import { Ledger } from '../model/ledger.ts'
import type { Random } from '../model/random.ts'
import { inLanes, range, until } from './async.ts'
import { type Chat, withChat } from './chat/chat.ts'
import type { ChatOptions, Endpoint } from './chat/commands.ts'
import { type Conversations, type Database, openDatabase } from './chat/database.ts'
import { Client } from './client/client.ts'
import type { ClientOptions } from './client/client-options.ts'
import type { Trial } from './trial.ts'

/** Returns user ids: `u0`, `u1`, … */
export const userIds = (count: number): readonly string[] => range(count).map((n) => `u${n}`)

/** Splits the users into groups `c0`, `c1`, … of a given size. */
export function groupsOf(users: readonly string[], size: number): Conversations {
  const count = Math.ceil(users.length / size)
  return new Map(range(count).map((n) => [`c${n}`, new Set(users.slice(n * size, (n + 1) * size))] as const))
}

interface CrowdOptions extends Partial<ClientOptions> {
  /** Clients of each user. @default 1 */
  readonly perUser?: number
  /** Limits the number of clients. @default - no limit */
  readonly max?: number
}

interface Crowd {
  readonly ledger: Ledger
  readonly clients: readonly Client[]
}

/** Creates clients for every participant, each with the conversations of its user. */
export function crowdOf(
  endpoint: Endpoint,
  { history, random }: Trial,
  conversations: Conversations,
  { perUser = 1, max, ...options }: CrowdOptions = {},
): Crowd {
  const ledger = new Ledger(history, conversations)
  const ofUser = new Map<string, string[]>()
  for (const [id, users] of conversations) {
    for (const user of users) ofUser.set(user, [...(ofUser.get(user) ?? []), id])
  }
  const clients = [...ofUser].flatMap(([user, ids]) =>
    range(perUser).map((n) => {
      const own = { ...options, user, name: `${user}-${n}`, conversations: ids }
      return new Client(own, endpoint, ledger, random)
    }),
  )
  return { ledger, clients: clients.slice(0, max) }
}

interface ChatWithCrowd extends Crowd {
  readonly chat: Chat
  readonly database: Database
  readonly conversations: Conversations
}

/** Starts a chat whose users are split into groups, and passes it to `use` with clients that are not connected yet. */
export async function withCrowd(
  trial: Trial,
  options: { readonly chat: ChatOptions; readonly groups: Conversations; readonly crowd: CrowdOptions },
  use: (crowd: ChatWithCrowd) => Promise<void>,
): Promise<void> {
  await withChat(options.chat, async (chat) => {
    const database = openDatabase(chat)
    const conversations = options.groups
    await database.createConversations(conversations)
    const crowd = crowdOf(chat, trial, conversations, options.crowd)
    await use({ ...crowd, chat, database, conversations })
    for (const client of crowd.clients) client.stop()
    database.close()
  })
}

/** Connects the clients, a number of them at once, and waits until all have joined their conversations. */
export async function connectAll(clients: readonly Client[], trial: Trial): Promise<void> {
  let ready = 0
  await inLanes(clients, Math.min(32, clients.length), async (client) => {
    client.start()
    if (!(await until(() => client.ready, 60_000, 10))) trial.fail(`${client.options.name} could not join`)
    trial.progress(`${++ready} of ${clients.length} clients have joined`)
  })
}

export interface Talk {
  /** Milliseconds from the first attempt of each message to its acknowledgment. */
  readonly latencies: number[]
  readonly done: Promise<void>
}

/**
 * Every client sends its next message when the last one is acknowledged.
 *
 * @param more is called before each message
 */
export function talk(
  clients: readonly Client[],
  random: Random,
  more: () => boolean,
  pause: () => Promise<unknown> = async () => undefined,
): Talk {
  const latencies: number[] = []
  const sendAll = async ({ options, outbox }: Client) => {
    for (let n = 0; more(); n++) {
      await pause()
      const began = performance.now()
      const content = `${n} of ${options.name} `.padEnd(20 + random.below(200), 'x')
      await outbox.send(random.pick(options.conversations), `${options.name}-${n}`, content)
      latencies.push(performance.now() - began)
    }
  }
  return { latencies, done: Promise.all(clients.map(sendAll)).then(() => undefined) }
}

/** Returns a function that returns true a given number of times. */
export function upTo(count: number): () => boolean {
  let left = count
  return () => left-- > 0
}
