import { Duration } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { environment } from '../../lambdas/environment.ts'
import type { QueueAction } from '../permissions.ts'

export interface TaskQueueProps {
  /** The function that is invoked with batches of tasks. */
  readonly worker: LambdaFunction
  /** Timeout of the worker; it determines the queue's visibility timeout. */
  readonly workerTimeout: Duration
}

/** A queue of delayed and background tasks, with a dead-letter queue for tasks that failed too often. */
export class TaskQueue extends Construct {
  readonly url: string
  readonly queueName: string
  readonly deadLettersName: string
  readonly deadLettersUrl: string
  private readonly queue: Queue

  constructor(scope: Construct, id: string, props: TaskQueueProps) {
    super(scope, id)
    const protection = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true }
    const deadLetters = new Queue(this, 'DeadLetters', { ...protection, retentionPeriod: Duration.days(14) })
    this.queue = new Queue(this, 'Queue', {
      ...protection,
      // Lambda may receive a batch and then be throttled before it can invoke the function. AWS recommends six times
      // the function's timeout, so that a task is not delivered again while its first invocation is still pending.
      visibilityTimeout: Duration.seconds(6 * props.workerTimeout.toSeconds()),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    })
    this.url = this.queue.queueUrl
    this.queueName = this.queue.queueName
    this.deadLettersName = deadLetters.queueName
    this.deadLettersUrl = deadLetters.queueUrl
    // A new account may be limited to ten concurrent invocations, so the worker must leave room for the invocations
    // that clients wait for. Two is the lowest limit that AWS accepts, and one second is the shortest window. A user's
    // presence is announced within three seconds of a change: one second in the queue, one in the window, and one to
    // compute it.
    //
    // Not the CDK's SqsEventSource, which would grant the worker more than lib/permissions.ts lists.
    new EventSourceMapping(this, 'Worker', {
      target: props.worker,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      maxBatchingWindow: Duration.seconds(1),
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    })
  }

  /** Grants exactly these actions on the queue, and sets the function's queue URL if it may send. */
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
