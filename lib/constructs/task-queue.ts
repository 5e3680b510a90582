import { Duration } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { environment } from '../../lambdas/environment.ts'
import type { QueueAction } from '../permissions.ts'

export interface TaskQueueProps {
  /** Invoked with the tasks, in batches. */
  readonly worker: LambdaFunction
  /** How long one invocation of the worker may take. */
  readonly workerTimeout: Duration
}

/** Work that is done later or in the background, and what failed too often to be tried again. */
export class TaskQueue extends Construct {
  readonly url: string
  private readonly queue: Queue

  constructor(scope: Construct, id: string, props: TaskQueueProps) {
    super(scope, id)
    const protection = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true }
    const deadLetters = new Queue(this, 'DeadLetters', { ...protection, retentionPeriod: Duration.days(14) })
    this.queue = new Queue(this, 'Queue', {
      ...protection,
      // Lambda may receive a batch and be throttled before it can invoke; AWS asks for six times the timeout, so
      // that a task is not received again while its first invocation is still to come.
      visibilityTimeout: Duration.seconds(6 * props.workerTimeout.toSeconds()),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    })
    this.url = this.queue.queueUrl
    // No event source of the library: it would grant the worker more than the table of permissions says.
    new EventSourceMapping(this, 'Worker', {
      target: props.worker,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    })
  }

  /** Lets the function do exactly these actions on the queue, and tells it the URL if it may send. */
  grant(fn: LambdaFunction, actions: readonly QueueAction[]): void {
    if (actions.length === 0) return
    if (actions.includes('SendMessage')) fn.addEnvironment(environment.tasksQueue, this.url)
    fn.addToRolePolicy(
      new PolicyStatement({
        actions: actions.map((action) => `sqs:${action}`),
        resources: [this.queue.queueArn],
      }),
    )
  }
}
