import { field, type Logs } from '../../logs/logs.ts'
import type { DeadLetter } from './dead-letter.ts'

/** The error of the last attempt at each letter, by the letter's id, as far as the log still contains the error. */
export async function lastFailures(
  logs: Logs,
  letters: readonly DeadLetter[],
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>()
  const [oldest] = letters
  if (!oldest) return reasons
  const { lines } = await logs.find({
    functions: ['worker'],
    from: oldest.queuedAt,
    where: [['message.event', '=', 'error']],
  })
  for (const line of lines) {
    const id = field(line, 'task_id')
    if (id !== '') reasons.set(id, `${field(line, 'errorType')}: ${field(line, 'errorMessage')}`)
  }
  return reasons
}
