import { eventUnits, frameUnits, unitsBySize } from '../../cli/admin/cost/counted-work.ts'
import { secondsOf } from '../../cli/admin/cost/lambda-time.ts'
import { assumptions } from '../../cli/admin/cost/usage.ts'
import { ACTIVE_PING_MS } from '../../client/connection/upkeep.ts'
import { TYPING_INTERVAL_MS } from '../../client/log/typing.ts'
import { type Check, quotas } from './quotas.ts'

/** `throttleRate` by default: calls of one route a second. */
const ROUTE_CALLS_PER_SECOND = 500
/** All users reconnect within this time after an outage, with the client's back-off. */
const RECONNECT_SECONDS = 60
/** The row in the register is written at the handshake and, in a transaction, when the connection authenticates. */
const REGISTER_WRITES = eventUnits.connect.writeUnits + 2
/** Two batches of ten tasks run at once, and each batch takes half a second. */
const TASKS_PER_SECOND = 40

export interface Load {
  readonly users: number
  /** Messages that each user sends a minute, to one other user. */
  readonly perMinute: number
  readonly concurrency: number
}

/** The quotas that many users in conversations of two use, if all of them have the chat in view. */
export function userChecks({ users, perMinute, concurrency }: Load): readonly Check[] {
  const messages = (users * perMinute) / 60
  const typing = messages * Math.ceil((assumptions.writingSeconds * 1000) / TYPING_INTERVAL_MS)
  const pings = users / (ACTIVE_PING_MS / 1000)
  const marks = messages
  const frames = messages + typing + marks + pings
  // Each message causes two posts: the acknowledgment and a push. Each typing notice and each mark causes one push.
  // Other answers are not requests.
  const posts = 2 * messages + typing + marks
  const reconnects = users / RECONNECT_SECONDS
  const writes = messages * unitsBySize.send_message[2].writeUnits + marks * frameUnits.mark_read.writeUnits
  const reads =
    messages * unitsBySize.send_message[2].readUnits +
    typing * frameUnits.typing.readUnits +
    marks * frameUnits.mark_read.readUnits
  const refused = 'frames are refused and sent again'
  return [
    {
      name: `send_message frames (throttleRate, ${ROUTE_CALLS_PER_SECOND} a second)`,
      used: messages / ROUTE_CALLS_PER_SECOND,
      consequence: refused,
    },
    {
      name: `typing frames (throttleRate, ${ROUTE_CALLS_PER_SECOND} a second)`,
      used: typing / ROUTE_CALLS_PER_SECOND,
      consequence: 'typing notices are missing',
    },
    {
      name: "requests to the account's APIs (10,000 a second)",
      used: (frames + posts) / quotas.apiRequestsPerSecond,
      consequence: 'posts and frames are throttled',
    },
    {
      name: `concurrent invocations (${concurrency})`,
      used: (frames * secondsOf(3, 1)) / concurrency,
      consequence: refused,
    },
    {
      name: 'writes to a new table of conversations (4,000 units a second)',
      used: writes / quotas.tableWritesPerSecond,
      consequence: 'sends are answered `unavailable` until DynamoDB has split the table',
    },
    {
      name: 'reads of a new table of conversations (12,000 units a second)',
      used: reads / quotas.tableReadsPerSecond,
      consequence: 'the same',
    },
    {
      name: 'new connections, if all reconnect within a minute (500 a second)',
      used: reconnects / quotas.newConnectionsPerSecond,
      consequence: 'handshakes are refused and tried again',
    },
    {
      name: 'writes to the register of connections, likewise (one partition, 1,000 units a second)',
      used: (reconnects * REGISTER_WRITES) / quotas.partitionWritesPerSecond,
      consequence: 'handshakes fail and are tried again',
    },
    {
      name: 'presence tasks, likewise (40 a second)',
      used: reconnects / TASKS_PER_SECOND,
      consequence: 'presence is late',
    },
  ]
}
