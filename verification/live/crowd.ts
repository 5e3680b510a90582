import { Ledger } from '../model/ledger.ts'
import type { Random } from '../model/random.ts'
import { inLanes, range, until } from './async.ts'
import { type Chat, withChat } from './chat/chat.ts'
import type { ChatOptions, Endpoint } from './chat/commands.ts'
import { type Conversations, type Database, openDatabase } from './chat/database.ts'
import { createDevice, type Device, type DeviceOptions } from './client/device.ts'
import type { Trial } from './trial.ts'

/** Returns user ids: `u0`, `u1`, … */
export const userIds = (count: number): readonly string[] => range(count).map((n) => `u${n}`)

/** Splits the users into groups `c0`, `c1`, … of a given size. */
export function groupsOf(users: readonly string[], size: number): Conversations {
  const count = Math.ceil(users.length / size)
  return new Map(range(count).map((n) => [`c${n}`, new Set(users.slice(n * size, (n + 1) * size))] as const))
}

interface CrowdOptions extends Pick<DeviceOptions, 'alsoOverRest'> {
  /** Devices of each user. @default 1 */
  readonly perUser?: number
  /** Limits the number of devices. @default - no limit */
  readonly max?: number
  /** One device in this many cannot open a socket. @default - none */
  readonly pollingEvery?: number
}

/** For faults that strike both transports: some devices poll, and some messages are sent over both at once. */
export const mixedTransports: CrowdOptions = { pollingEvery: 5, alsoOverRest: 0.1 }

interface Crowd {
  readonly ledger: Ledger
  readonly devices: readonly Device[]
}

/** Creates devices for every participant, each with the conversations of its user. */
export function crowdOf(
  endpoint: Endpoint,
  { history, random }: Trial,
  conversations: Conversations,
  { perUser = 1, max, pollingEvery, ...options }: CrowdOptions = {},
): Crowd {
  const ledger = new Ledger(history, conversations)
  const ofUser = new Map<string, string[]>()
  for (const [id, users] of conversations) {
    for (const user of users) ofUser.set(user, [...(ofUser.get(user) ?? []), id])
  }
  const all = [...ofUser].flatMap(([user, ids]) =>
    range(perUser).map((n) => ({ ...options, user, name: `${user}-${n}`, conversations: ids })),
  )
  const devices = all.slice(0, max).map((own, index) => {
    const hasNoSockets = pollingEvery !== undefined && index % pollingEvery === pollingEvery - 1
    return createDevice({ ...own, hasNoSockets }, endpoint, ledger, random)
  })
  return { ledger, devices }
}

interface ChatWithCrowd extends Crowd {
  readonly chat: Chat
  readonly database: Database
  readonly conversations: Conversations
}

/** Starts a chat whose users are split into groups, and passes it to `use` with devices that are not connected yet. */
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
    for (const device of crowd.devices) device.stop()
    database.close()
  })
}

/**
 * If only ten invocations may run at once, a device that is refused several times waits up to 20 s before each further
 * attempt, while the others keep connecting.
 */
const JOIN_TIMEOUT_MS = 120_000

/**
 * Connects one device first, so that the functions are loaded, and then the others, up to 32 at a time. Waits until all
 * have joined their conversations.
 */
export async function connectAll(devices: readonly Device[], trial: Trial): Promise<void> {
  let ready = 0
  const connect = async (device: Device) => {
    device.start()
    if (!(await until(() => device.ready, JOIN_TIMEOUT_MS, 10)))
      trial.fail(`${device.options.name} could not join`)
    trial.progress(`${++ready} of ${devices.length} devices have joined`)
  }
  await inLanes(devices.slice(0, 1), 1, connect)
  await inLanes(devices.slice(1), Math.min(32, devices.length), connect)
}

export interface Talk {
  /** Milliseconds from the first attempt of each message to its acknowledgment. */
  readonly latencies: number[]
  readonly done: Promise<void>
}

/**
 * Every device sends its next message when its previous message has been acknowledged.
 *
 * @param more called before each message; returns whether to send one more
 */
export function talk(
  devices: readonly Device[],
  random: Random,
  more: () => boolean,
  pause: () => Promise<unknown> = async () => undefined,
): Talk {
  const latencies: number[] = []
  const sendAll = async ({ options, send }: Device) => {
    for (let n = 0; more(); n++) {
      await pause()
      const began = performance.now()
      const content = `${n} of ${options.name} `.padEnd(20 + random.below(200), 'x')
      await send(random.pick(options.conversations), content)
      latencies.push(performance.now() - began)
    }
  }
  return { latencies, done: Promise.all(devices.map(sendAll)).then(() => undefined) }
}

/** Returns a function that returns true a given number of times. */
export function upTo(count: number): () => boolean {
  let left = count
  return () => left-- > 0
}
