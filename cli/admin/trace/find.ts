import { type Condition, field, type LogLine, type Logs } from '../../logs/logs.ts'

const DAY_MS = 24 * 3_600_000
/** Most questions are about today; the whole log of a busy stack takes long to search. */
const PERIODS_MS = [DAY_MS, 30 * DAY_MS]

/** The lines that fit one of the alternatives, from the shortest period that has any, oldest first. */
async function findAny(logs: Logs, now: number, alternatives: readonly (readonly Condition[])[]) {
  for (const periodMs of PERIODS_MS) {
    const found = await Promise.all(alternatives.map((where) => logs.find({ from: now - periodMs, where })))
    const lines = found.flat()
    if (lines.length > 0) return lines.sort((one, other) => one.at - other.at)
  }
  return []
}

/** The lines of one invocation. Lambda's report of its end, which a stopped invocation alone leaves, has the id elsewhere. */
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

/** Every line about a message: the send, its repetitions, and what the worker delivered later. */
export async function linesOfMessage(logs: Logs, now: number, id: string): Promise<readonly LogLine[]> {
  const sends = await findAny(logs, now, [[['message.message_id', '=', id]]])
  const [first] = sends
  if (!first) return []
  const conversation = field(first, 'conversation')
  const deliveries = await logs.find({
    functions: ['worker'],
    from: first.at - 1000,
    where: [
      ['message.route', '=', 'deliver'],
      ['message.conversation', '=', conversation],
      ['message.seq', '=', Number(first.message['seq'])],
    ],
  })
  const requests = [...new Set(sends.map(({ requestId }) => requestId))]
  const errors = await Promise.all(
    requests.map((requestId) =>
      logs.find({
        from: first.at - 1000,
        where: [
          ['requestId', '=', requestId],
          ['message.event', '=', 'error'],
        ],
      }),
    ),
  )
  return [...sends, ...deliveries, ...errors.flat()].sort((one, other) => one.at - other.at)
}
