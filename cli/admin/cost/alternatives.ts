import { activitiesOf, total } from './activities.ts'
import { billOf } from './bill.ts'
import { eventsOf, type Usage } from './usage.ts'

/** Another way to run a chat, with its price for the same usage. */
export interface Alternative {
  readonly name: string
  /** In US dollars a month; undefined if the usage exceeds the plan. */
  readonly usd: number | undefined
  /** What the price includes, and what is missing. */
  readonly note: string
  readonly source: string
  readonly date: string
}

const MILLION = 1_000_000
const SERVER_USD = 5
const SNAPSHOTS_USD = 0.25

/** The smallest server that can run a chat with a database on its disk, with daily snapshots. */
export const server: Alternative & { readonly usd: number } = {
  name: 'Lightsail, 512 MB, 20 GB disk',
  usd: SERVER_USD + SNAPSHOTS_USD,
  note: 'flat; one machine to patch and watch, down while it restarts',
  source: 'https://cloudburn.io/blog/amazon-lightsail-pricing',
  date: '2026-03-13',
}

/**
 * The prices of other services, which deliver messages but do not order, deduplicate or keep them as this chat does.
 */
export function alternativesOf(usage: Usage): readonly Alternative[] {
  const { messages, typingFrames, marks, presenceChanges, connectionMinutes } = eventsOf(usage)
  const { group, devices } = usage
  const published = messages + typingFrames + marks + presenceChanges
  const delivered = published * (group - 1) * devices
  const connections = usage.users * devices
  const perDay = (published + delivered) / usage.days
  return [
    server,
    {
      name: 'Pusher Channels',
      usd: pusherUsd(perDay, connections),
      note: 'delivery only; refuses what exceeds the plan',
      source: 'https://pusher.com/channels/pricing/',
      date: '2026-05-08',
    },
    {
      name: 'Ably',
      usd: ablyUsd(published + delivered, connectionMinutes, connections),
      note: 'delivery and a history of days; free up to 6 million messages and 200 connections',
      source: 'https://ably.com/pricing',
      date: '2026-05-08',
    },
    {
      name: 'AppSync Events',
      usd: ((published + delivered) * 1 + connectionMinutes * 0.08) / MILLION + storeUsd(usage),
      note: 'with the same DynamoDB; order, retries and permissions would have to be written',
      source: 'https://huggingface.co/datasets/labofsahil/aws-pricing-dataset/blob/main/AWSAppSync.csv',
      date: '2024-09-01',
    },
  ]
}

/** The plans, each with its limits of messages a day and of connections at once. */
const pusherPlans = [
  { usd: 0, perDay: 200_000, connections: 100 },
  { usd: 49, perDay: MILLION, connections: 500 },
  { usd: 99, perDay: 4 * MILLION, connections: 2000 },
  { usd: 299, perDay: 10 * MILLION, connections: 5000 },
]

const pusherUsd = (perDay: number, connections: number) =>
  pusherPlans.find((plan) => perDay <= plan.perDay && connections <= plan.connections)?.usd

function ablyUsd(messages: number, minutes: number, connections: number): number {
  if (messages <= 6 * MILLION && connections <= 200) return 0
  // Every connection is assumed to use one channel, whose minutes are billed like those of the connection.
  return 29 + (2.5 * messages + 1 * minutes + 1 * minutes) / MILLION
}

/** What DynamoDB charges for the messages and the read marks. */
function storeUsd(usage: Usage): number {
  const stored = activitiesOf({ ...usage, typing: false, presence: false })
  const { readUnits = 0, writeUnits = 0 } = total(
    stored.filter(({ name }) => name === 'messages' || name === 'read marks').map(({ metered }) => metered),
  )
  return (0.125 * readUnits + 0.625 * writeUnits) / MILLION
}

export interface Crossover {
  /** Above this number of messages a month, the server is cheaper; undefined if it is cheaper at any number. */
  readonly messages: number | undefined
  /**
   * Above this number of users, each of whom sends as many messages as before, the server is cheaper; undefined if it
   * is cheaper at any number.
   */
  readonly users: number | undefined
}

/**
 * Where the server becomes cheaper than this stack, at list prices. The bill grows linearly with the number of messages
 * and with the number of users.
 */
export function crossoverOf(usage: Usage): Crossover {
  const usd = (share: number, messages = usage.messages * share) =>
    billOf({ ...usage, users: usage.users * share, messages }).usd
  const perMessage = (usd(1) - usd(1, 0)) / usage.messages
  const perShare = usd(2) - usd(1)
  const messages = Math.floor((server.usd - usd(1, 0)) / perMessage)
  const users = Math.floor(usage.users * (1 + (server.usd - usd(1)) / perShare))
  return {
    messages: messages > 0 ? messages : undefined,
    users: users > 0 ? users : undefined,
  }
}
