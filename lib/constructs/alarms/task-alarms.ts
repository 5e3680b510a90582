import { Duration } from 'aws-cdk-lib'
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { Functions } from '../functions.ts'
import type { TaskQueue } from '../task-queue.ts'
import { type AlarmRow, once, perMinute, twoOfFiveMinutes } from './alarm-row.ts'

/** The queue can delay a task for 15 minutes. A task that is five minutes older could have run. */
const MAX_TASK_AGE = Duration.minutes(20)

export function taskAlarms(
  { worker }: Pick<Functions, 'worker'>,
  { queueName, deadLettersName }: TaskQueue,
): readonly AlarmRow[] {
  const ofWorker = { FunctionName: worker.functionName }
  return [
    {
      id: 'SweepMissing',
      problem: 'No sweep has been started for five minutes.',
      section: 'missing-sweep',
      // Only the schedule invokes the worker asynchronously.
      metric: perMinute('AWS/Lambda', 'AsyncEventsReceived', ofWorker, 'Sum').with({
        period: Duration.minutes(5),
      }),
      threshold: 1,
      below: true,
      periods: once,
      missing: TreatMissingData.BREACHING,
    },
    {
      id: 'EventsDropped',
      problem: 'Sweeps have been dropped, because they failed or could not start within a minute.',
      section: 'dropped-events',
      metric: perMinute('AWS/Lambda', 'AsyncEventsDropped', ofWorker, 'Sum'),
      threshold: 1,
      periods: twoOfFiveMinutes,
    },
    {
      id: 'DeadLetters',
      problem: 'Tasks that failed five times are in the dead-letter queue.',
      section: 'dead-letters',
      metric: perMinute(
        'AWS/SQS',
        'ApproximateNumberOfMessagesVisible',
        { QueueName: deadLettersName },
        'Maximum',
      ),
      threshold: 1,
      periods: once,
      // SQS stops reporting a queue that was not used for six hours, although the tasks are still there.
      missing: TreatMissingData.IGNORE,
    },
    {
      id: 'TasksWaiting',
      problem: `A task has been in the queue for ${MAX_TASK_AGE.toMinutes()} minutes, at least five of them after its delay.`,
      section: 'waiting-tasks',
      metric: perMinute('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: queueName }, 'Maximum'),
      threshold: MAX_TASK_AGE.toSeconds(),
      periods: twoOfFiveMinutes,
    },
  ]
}
