import { ACTIVE_POLL_MS } from '../../../client/connection/fallback.ts'
import { ACTIVE_PING_MS, IDLE_PING_MS, ROTATE_AFTER_MS } from '../../../client/connection/upkeep.ts'
import { TYPING_INTERVAL_MS } from '../../../client/log/typing.ts'

/** How a chat is used in a month. */
export interface Usage {
  readonly users: number
  /** Hours a day for which each user has the chat in view. */
  readonly hours: number
  /** Hours a day for which each user also has it open in a tab that is not in view. */
  readonly hiddenHours: number
  /** Days of the month on which the users work. */
  readonly days: number
  /** Messages of all users together. */
  readonly messages: number
  /** Devices of each user that are connected during these hours. */
  readonly devices: number
  /** Participants of a conversation. */
  readonly group: number
  /** How many of the users have no WebSocket and poll instead, for example behind a proxy. */
  readonly pollingUsers: number
  readonly alarms: number
  readonly typing: boolean
  readonly presence: boolean
}

/** What the command assumes about users; the client library decides the rest. */
export const assumptions = {
  /** How long a user takes to write a message. */
  writingSeconds: 15,
  /** Receivers read each message separately. If several are read at once, one mark covers them. */
  marksPerMessage: 1,
  /** How often a day a user opens the chat. */
  visitsPerDay: 3,
  /** Conversations that a user opens in a visit. */
  roomsPerVisit: 5,
  /** Other users with whom each user shares a conversation. */
  contacts: 5,
  /** Hours of a working day over which the users' hours are spread. */
  workdayHours: 10,
  /** Bytes of a message with its keys, as DynamoDB bills them. */
  storedBytesPerMessage: 800,
  /** Requests for the files of the page in a visit. The browser or CloudFront has cached most of the files. */
  pageRequestsPerVisit: 10,
  /** Bytes of a frame or of an answer over REST. */
  bytesPerMessage: 500,
} as const

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
/** A month has 730 hours. */
export const MONTH_HOURS = 730

/** How often everything happens in a month. */
export function eventsOf(usage: Usage) {
  const { users, hours, hiddenHours, days, messages, devices, group, pollingUsers } = usage
  const connected = users - pollingUsers
  const userDays = connected * days
  const activeHours = userDays * hours * devices
  const hiddenHoursOfAll = userDays * hiddenHours * devices
  const visits = userDays * assumptions.visitsPerDay * devices
  const minutes = (activeHours + hiddenHoursOfAll) * 60
  const rotations = ((activeHours + hiddenHoursOfAll) * HOUR_MS) / ROTATE_AFTER_MS
  return {
    messages,
    typingFrames: usage.typing
      ? messages * Math.ceil((assumptions.writingSeconds * SECOND_MS) / TYPING_INTERVAL_MS)
      : 0,
    marks: messages * (group - 1) * assumptions.marksPerMessage,
    pings: (activeHours * HOUR_MS) / ACTIVE_PING_MS + (hiddenHoursOfAll * HOUR_MS) / IDLE_PING_MS,
    visits,
    /** A connection lives as long as a visit; longer ones are replaced before API Gateway closes them. */
    connections: Math.max(visits, rotations),
    connectionMinutes: minutes,
    /** In each visit, a user with one device goes online and offline again. */
    presenceChanges: usage.presence ? 2 * userDays * assumptions.visitsPerDay : 0,
    presenceChecks: usage.presence ? userDays * (hours + hiddenHours) * 6 : 0,
    polls: (pollingUsers * days * hours * HOUR_MS) / ACTIVE_POLL_MS,
    sweeps: MONTH_HOURS * 60,
    /** The sweep checks each connection every five minutes. */
    sweepChecks: minutes / 5,
    secretIntervals: (Math.max(assumptions.workdayHours, hours) * days * 60) / 5,
  }
}

export type Events = ReturnType<typeof eventsOf>
