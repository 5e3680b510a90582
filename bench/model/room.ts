import { countedSizes, unitsBySize } from '../../cli/admin/cost/counted-work.ts'
import { secondsOf } from '../../cli/admin/cost/lambda-time.ts'
import { FRAME_TIME_LIMIT, WORKER_TIME_LIMIT } from '../../lambdas/delivery/fan-out.ts'
import { SDK_MAX_SOCKETS } from '../../lambdas/platform-limits.ts'
import { limits } from '../../protocol/limits.ts'
import { type Check, quotas } from './quotas.ts'

/**
 * The CPU time of a post on a whole CPU, without the middleware of the SDK (docs/decisions/0016-sdk-options.md), and
 * the time of a post on the network.
 */
const POST_CPU_SECONDS = 0.00025
const POST_SECONDS = 0.01
const GIGABYTES_PER_CPU = 1.769
/** Messages a second that one conversation handles, whatever the number of writers, measured by `npm run bench:hot`. */
const CONVERSATION_PER_SECOND = 80
/** A connection id in the list of a task, with quotes and comma. */
const CONNECTION_BYTES = 19

export interface Room {
  /** Connections that receive each message. */
  readonly receivers: number
  readonly messagesPerSecond: number
  readonly concurrency: number
  readonly memoryMegabytes: number
}

/** How long one invocation takes to post to this many connections, 50 at once. */
export function fanOutSeconds({ receivers, memoryMegabytes }: Room): number {
  const cpuSeconds = (POST_CPU_SECONDS * GIGABYTES_PER_CPU * 1024) / memoryMegabytes
  return receivers * Math.max(cpuSeconds, POST_SECONDS / SDK_MAX_SOCKETS)
}

/** The quotas that one room with many receivers uses. Every participant has as many connections as are allowed. */
export function roomChecks(room: Room): readonly Check[] {
  const { receivers, messagesPerSecond, concurrency, memoryMegabytes } = room
  const participants = receivers / limits.connectionsPerUser
  const seconds = fanOutSeconds(room)
  const frameSeconds = FRAME_TIME_LIMIT.totalMs / 1000
  const left = receivers * Math.max(0, 1 - frameSeconds / seconds)
  // Two queries read the participants; the rows of the users are in partitions of their own.
  const largest = countedSizes[countedSizes.length - 1] ?? 100
  const { readUnits, writeUnits } = unitsBySize.send_message[100]
  const partitionReads = ((readUnits - largest) * participants) / largest
  return [
    {
      name: `participants of a group (${limits.groupParticipants}, with ${limits.connectionsPerUser} connections each)`,
      used: participants / limits.groupParticipants,
      consequence: 'refused by the protocol',
    },
    {
      name: `messages of one conversation (${CONVERSATION_PER_SECOND} a second)`,
      used: messagesPerSecond / CONVERSATION_PER_SECOND,
      consequence: 'sends are answered `unavailable`',
    },
    {
      name: "requests to the account's APIs (10,000 a second)",
      used: (messagesPerSecond * (receivers + 2)) / quotas.apiRequestsPerSecond,
      consequence: 'posts and frames are throttled, of all rooms',
    },
    {
      name: `fan-out within the frame (${frameSeconds} s)`,
      used: seconds / frameSeconds,
      consequence: 'the worker posts the rest',
    },
    {
      name: `fan-out of the rest in the worker (${WORKER_TIME_LIMIT.totalMs / 1000} s)`,
      used: (Math.max(0, seconds - frameSeconds) * 1000) / WORKER_TIME_LIMIT.totalMs,
      consequence: 'the rest of the pushes is lost; clients fetch the messages after the next ping',
    },
    {
      name: 'the task that lists the rest (1 MiB)',
      used: (left * CONNECTION_BYTES) / quotas.queueMessageBytes,
      consequence: 'the same',
    },
    {
      name: 'reads of the partition of the conversation (3,000 units a second)',
      used: (messagesPerSecond * partitionReads) / quotas.partitionReadsPerSecond,
      consequence: 'sends are answered `unavailable`',
    },
    {
      name: 'writes to the partition of the conversation (1,000 units a second)',
      used: (messagesPerSecond * writeUnits) / quotas.partitionWritesPerSecond,
      consequence: 'sends are answered `unavailable`',
    },
    {
      name: `concurrent invocations (${concurrency})`,
      used:
        (messagesPerSecond * (secondsOf(3, memoryMegabytes / 1024) + Math.min(seconds, frameSeconds))) /
        concurrency,
      consequence: 'frames are refused with a platform error, of all rooms',
    },
  ]
}
