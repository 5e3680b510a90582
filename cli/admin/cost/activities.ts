import { limits } from '../../../protocol/limits.ts'
import {
  callerUnits,
  countedSizes,
  eventUnits,
  frameUnits,
  presenceChange,
  presenceCheck,
  presenceNote,
  restUnits,
  type Units,
  unitsBySize,
} from './counted-work.ts'
import { gigabyteSecondsOf } from './lambda-time.ts'
import type { Metered } from './prices.ts'
import { assumptions, type Events, eventsOf, MONTH_HOURS, type Usage } from './usage.ts'

/**
 * Memory of the functions: the default of the setting `memoryMegabytes`, and the memory of `lifecycle` and `worker`.
 */
const LARGE_GIGABYTES = 1
const SMALL_GIGABYTES = 0.5

/** SQS bills sending, receiving and deleting a task. */
const REQUESTS_PER_TASK = 3
/**
 * Lambda waits for tasks with five calls at a time, each of up to 20 s. SQS also bills the calls that return nothing.
 * @see https://github.com/getlift/lift/issues/132
 */
const EMPTY_RECEIVES_PER_MINUTE = 15
/** The line that each invocation writes to the log. */
const LOG_BYTES_PER_INVOCATION = 400
/**
 * `frames` and `rest` cache the secret. Each reads it with two calls: one for the current version and one for the
 * previous version.
 */
const SECRET_READS_PER_INTERVAL = 4
const SECRETS = 2
const GIGABYTE = 1e9
/** The files that are uploaded to the bucket of the page. */
const PAGE_GIGABYTES = 0.005

/** Something that happens in a month, and what AWS meters for it. */
export interface Activity {
  readonly name: string
  readonly metered: Metered
}

/** Everything that a month costs, by its cause. */
export function activitiesOf(usage: Usage): readonly Activity[] {
  const events = eventsOf(usage)
  const active = [
    { name: 'messages', metered: messages(usage, events) },
    { name: 'typing notices', metered: typing(usage, events) },
    { name: 'read marks', metered: marks(usage, events) },
    { name: 'heartbeats', metered: frames(events.pings, 2, frameUnits.ping, 2) },
    { name: 'presence', metered: presence(usage, events) },
    { name: 'connecting, lists and joins', metered: connections(usage, events) },
    { name: 'polling without a WebSocket', metered: polls(events) },
    { name: 'the sweep', metered: sweep(events) },
  ]
  const sum = total(active.map(({ metered }) => metered))
  return [
    ...active,
    { name: 'waiting for tasks', metered: { queueRequests: EMPTY_RECEIVES_PER_MINUTE * 60 * MONTH_HOURS } },
    {
      name: 'log',
      metered: { logGigabytes: ((sum.invocations ?? 0) * LOG_BYTES_PER_INVOCATION) / GIGABYTE },
    },
    { name: 'stored messages and their backup', metered: storage(usage) },
    {
      name: 'secrets',
      metered: { secrets: SECRETS, secretReads: events.secretIntervals * SECRET_READS_PER_INTERVAL },
    },
    { name: 'the site', metered: site(events, sum) },
    { name: 'alarms', metered: { alarms: usage.alarms } },
  ].filter(({ metered }) => Object.values(metered).some((amount) => amount > 0))
}

export const total = (parts: readonly Metered[]): Metered => {
  const sum: Record<string, number> = {}
  for (const part of parts)
    for (const [meter, amount] of Object.entries(part)) sum[meter] = (sum[meter] ?? 0) + amount
  return sum
}

const times = (count: number, { readUnits, writeUnits }: Units): Metered => ({
  readUnits: count * readUnits,
  writeUnits: count * writeUnits,
})

/** Invocations of a function that waits for this many round trips. */
const invocations = (count: number, gigabytes: number, roundTrips: number): Metered => ({
  invocations: count,
  gigabyteSeconds: count * gigabyteSecondsOf(roundTrips, gigabytes),
})

/** Frames of clients; `socketMessages` includes the frame itself, its answer and its pushes. */
const frames = (count: number, socketMessages: number, units: Units, roundTrips: number): Metered =>
  total([
    { socketMessages: count * socketMessages },
    times(count, units),
    invocations(count, LARGE_GIGABYTES, roundTrips),
  ])

const restCalls = (count: number, units: Units): Metered =>
  total([
    { restCalls: count },
    times(count, callerUnits),
    times(count, units),
    invocations(count, LARGE_GIGABYTES, 3),
  ])

const tasks = (count: number, units: Units, roundTrips: number): Metered =>
  total([
    { queueRequests: count * REQUESTS_PER_TASK },
    times(count, units),
    invocations(count, SMALL_GIGABYTES, roundTrips),
  ])

/** The units of a frame in a conversation of this size, interpolated between the sizes that are counted. */
function unitsIn(frame: keyof typeof unitsBySize, participants: number): Units {
  const bySize = unitsBySize[frame]
  const above = countedSizes.findIndex((size) => size >= participants)
  const [from, to] = [countedSizes[above - 1] ?? countedSizes[0], countedSizes[above] ?? 100]
  const share = from === to ? 0 : (participants - from) / (to - from)
  const between = (key: keyof Units) => bySize[from][key] + share * (bySize[to][key] - bySize[from][key])
  return { readUnits: between('readUnits'), writeUnits: between('writeUnits') }
}

/** The message, its acknowledgment, and a push to every other connection of every participant. */
const messages = ({ group, devices }: Usage, events: Events) =>
  frames(events.messages, 1 + group * devices, unitsIn('send_message', group), 3)

const typing = ({ group, devices }: Usage, events: Events) =>
  frames(events.typingFrames, 1 + (group - 1) * devices, unitsIn('typing', group), 3)

/**
 * The mark, its answer, a push to each of the reader's other devices and, in small groups, to the other participants
 * (READ-3).
 */
const marks = ({ group, devices }: Usage, events: Events) => {
  const others = group > limits.unreadParticipants ? 0 : group - 1
  return frames(events.marks, 2 + others * devices + (devices - 1), unitsIn('mark_read', group), 4)
}

function presence({ users, devices }: Usage, { presenceChanges, presenceChecks }: Events): Metered {
  const contacts = Math.min(assumptions.contacts, users - 1)
  const change = presenceChange({ devices, conversations: contacts, contacts })
  return total([
    times(presenceChanges, presenceNote),
    tasks(presenceChanges, change, 6),
    { socketMessages: presenceChanges * contacts * devices },
    tasks(presenceChecks, presenceCheck({ devices }), 3),
  ])
}

function connections(_usage: Usage, { visits, connections, connectionMinutes }: Events): Metered {
  const joins = visits * assumptions.roomsPerVisit + (connections - visits)
  const leaves = visits * (assumptions.roomsPerVisit - 1)
  return total([
    { connectionMinutes },
    times(connections, eventUnits.connect),
    times(connections, eventUnits.disconnect),
    invocations(2 * connections, SMALL_GIGABYTES, 2),
    frames(connections, 2, frameUnits.authenticate, 4),
    frames(joins, 2, frameUnits.join_conversation, 3),
    frames(leaves, 2, frameUnits.leave_conversation, 2),
    tasks(connections, eventUnits.deadline, 1),
    tasks(connections, eventUnits.cleanup, 5),
    restCalls(visits, restUnits['GET /api/admin/chat/conversations']),
    restCalls(visits, restUnits['GET /api/admin/chat/invitations']),
  ])
}

/** A poll reads both lists and the conversation that is open. */
const polls = ({ polls }: Events) =>
  total([
    restCalls(polls, restUnits['GET /api/admin/chat/conversations']),
    restCalls(polls, restUnits['GET /api/admin/chat/invitations']),
    restCalls(polls, restUnits['GET /api/admin/chat/conversations/{id}/messages']),
  ])

const sweep = ({ sweeps, sweepChecks }: Events) =>
  total([
    times(sweeps, eventUnits.idleSweep),
    times(sweepChecks, eventUnits.sweepCheck),
    invocations(sweeps, SMALL_GIGABYTES, 11),
  ])

function storage({ messages }: Usage): Metered {
  const gigabytes = (messages * assumptions.storedBytesPerMessage) / GIGABYTE
  return { storedGigabytes: gigabytes, backupGigabytes: gigabytes }
}

function site({ visits, connections }: Events, { restCalls = 0, socketMessages = 0 }: Metered): Metered {
  const siteRequests = visits * assumptions.pageRequestsPerVisit + connections + restCalls
  return {
    siteRequests,
    siteFunctions: siteRequests,
    siteGigabytes: ((socketMessages + restCalls) * assumptions.bytesPerMessage) / GIGABYTE,
    pageGigabytes: PAGE_GIGABYTES,
  }
}
