import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { output } from '../../../../local/targets.ts'
import { count, toDuration, toTime } from '../../../columns.ts'
import { field } from '../../../logs/logs.ts'
import type { Target } from '../../../target.ts'
import { admin, type Check, note, ok, problem } from '../check.ts'
import { functionConfiguration } from '../function-configuration.ts'
import { since } from './recent.ts'

const MINUTE_MS = 60_000
/** The sweep runs every minute, and Lambda may refuse a few sweeps. */
const SWEEP_MS = 5 * MINUTE_MS
/** The worker handles twenty tasks at once, and most take a fraction of a second. */
const MAX_WAITING = 200

async function messagesIn({ config }: Target, QueueUrl: string) {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })
  const { Attributes } = await new SQSClient(config).send(command)
  return {
    visible: Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0),
    received: Number(Attributes?.['ApproximateNumberOfMessagesNotVisible'] ?? 0),
  }
}

export const deadLetterQueue: Check = {
  name: 'dead letters',
  async run(target) {
    const { visible, received } = await messagesIn(target, output(target.outputs, 'DeadLettersUrl'))
    const letters = visible + received
    if (letters === 0) return ok('No task has failed too often.')
    return problem(
      `${count(letters, 'task')} failed too often and will not be tried again.`,
      `${admin(target, 'letters list')} shows them with their last error. Repair the cause, then run ` +
        `${admin(target, 'letters retry --all')}.`,
    )
  },
}

export const backlog: Check = {
  name: 'tasks',
  async run(target) {
    const { visible } = await messagesIn(target, output(target.outputs, 'TasksQueueUrl'))
    if (visible <= MAX_WAITING) return ok(`${count(visible, 'task')} waiting for the worker.`)
    return problem(
      `${count(visible, 'task')} waiting for the worker, so pushes, presence and cleanups are late.`,
      'If the number does not fall, look at the errors and throttled invocations of the worker.',
    )
  },
}

export const sweep: Check = {
  name: 'sweep',
  async run(target) {
    const { logs, runningSince } = target
    const now = Date.now()
    const { lines } = await logs.find({
      functions: ['worker'],
      from: since(target, 2 * SWEEP_MS),
      where: [['message.route', '=', 'sweep']],
    })
    const last = lines.findLast((line) => field(line, 'code') === 'ok')
    if (last && last.at > now - SWEEP_MS) return ok(`The last sweep ended ${toDuration(now - last.at)} ago.`)
    if (runningSince !== undefined && runningSince > now - SWEEP_MS && lines.length === 0) {
      return ok(
        `The chat has run for ${toDuration(now - runningSince)}; the first sweep begins after a minute.`,
      )
    }
    if (lines.length === 0 && !(await functionConfiguration(target, 'worker')).logsInvocations) {
      return note(
        'The log has no line for each invocation, so sweeps, rates, refused pages and slow answers cannot be checked.',
        'Set logLevel to info.',
      )
    }
    const failed = lines.length > 0 ? `${count(lines.length, 'sweep')} failed` : 'none has started'
    return problem(
      `No sweep has succeeded since ${toTime(last?.at ?? now - 2 * SWEEP_MS)} (${failed}), so connections that ended ` +
        'may still be listed, and users who lost their role may still have open connections.',
      'Look at the errors and throttled invocations of the worker; the schedule is the rule "Sweep" of the stack.',
    )
  },
}
