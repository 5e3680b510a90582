import { type Condition, type Found, field, type LogLine, type Logs } from '../../logs/logs.ts'

const DAY_MS = 24 * 3_600_000
/**
 * Searching the whole log of a busy stack takes long, and most questions are about today, so the last day is searched
 * first.
 */
const LONGEST_MS = 30 * DAY_MS
const PERIODS_MS = [DAY_MS, LONGEST_MS]

const inOrder = (found: readonly Pick<Found, 'lines'>[]) =>
  found.flatMap(({ lines }) => lines).sort((one, other) => one.at - other.at)

/** The lines that fit at least one of the alternatives, oldest first, from the shortest period that has such lines. */
async function findAny(logs: Logs, now: number, alternatives: readonly (readonly Condition[])[]) {
  for (const periodMs of PERIODS_MS) {
    const found = await Promise.all(alternatives.map((where) => logs.find({ from: now - periodMs, where })))
    const lines = inOrder(found)
    if (lines.length > 0) return lines
  }
  return []
}

/**
 * The lines of one invocation. If Lambda has stopped it, the only line is Lambda's own report, which has the id in
 * another field.
 */
const ofInvocation = (requestId: string): readonly (readonly Condition[])[] => [
  [['requestId', '=', requestId]],
  [['record.requestId', '=', requestId]],
]

/**
 * Every line about a request or a task: by Lambda's id, by the id that API Gateway's own error messages contain, or by
 * the id of the task, under which "letters list" shows it.
 */
export async function linesOfRequest(logs: Logs, now: number, id: string): Promise<readonly LogLine[]> {
  const lines = await findAny(logs, now, [
    ...ofInvocation(id),
    [['message.gateway_request_id', '=', id]],
    [['message.task_id', '=', id]],
  ])
  const byGateway = lines.find((line) => field(line, 'gateway_request_id') === id)
  if (!byGateway || byGateway.requestId === id) return lines
  return await findAny(logs, now, ofInvocation(byGateway.requestId))
}

/** The lines about the sends of a message, or at least about its latest sends. They name its conversation. */
export const linesOfSends = (logs: Logs, now: number, id: string) =>
  findAny(logs, now, [[['message.message_id', '=', id]]])

export interface MessagePlace {
  readonly message: string
  readonly conversation: string
  readonly seq: number
  /** When it was stored, epoch milliseconds; undefined if it is no longer stored. */
  readonly since: number | undefined
}

/** The clocks of the functions differ, and a line may be written before the time of its message. */
const MARGIN_MS = 60_000

/**
 * Every line about a message: the send that stored it, its repetitions, which may come days later, and what the worker
 * delivered.
 */
export async function linesOfMessage(
  logs: Logs,
  now: number,
  { message, conversation, seq, since }: MessagePlace,
): Promise<readonly LogLine[]> {
  const from = since === undefined ? now - LONGEST_MS : since - MARGIN_MS
  const [{ lines: sends }, { lines: deliveries }] = await Promise.all([
    logs.find({ from, where: [['message.message_id', '=', message]] }),
    logs.find({
      functions: ['worker'],
      from,
      where: [
        ['message.route', '=', 'deliver'],
        ['message.conversation', '=', conversation],
        ['message.seq', '=', seq],
      ],
    }),
  ])
  const requests = new Set(sends.map(({ requestId }) => requestId))
  const tasks = new Set(deliveries.map((line) => field(line, 'task_id')))
  const errors = await Promise.all([
    ...[...requests].map((id) => logs.find({ from, where: [['requestId', '=', id], isError] })),
    ...[...requests].map((id) => logs.find({ from, where: [['record.requestId', '=', id]] })),
    ...[...tasks].map((id) => logs.find({ from, where: [['message.task_id', '=', id], isError] })),
  ])
  return inOrder([{ lines: sends }, { lines: deliveries }, ...errors])
}

const isError: Condition = ['message.event', '=', 'error']
