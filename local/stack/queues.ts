import { z } from 'zod'
import type { FunctionModel } from './functions.ts'
import { isAllowed } from './permissions.ts'
import type { Resolve } from './resolver.ts'
import { readResources, type Template, TemplateError } from './template.ts'

/** A standard SQS queue. */
export interface QueueModel {
  readonly name: string
  readonly arn: string
  readonly url: string
  /** How long a received message is hidden from other receivers. */
  readonly visibilityMs: number
  readonly retentionMs: number
  /**
   * The dead-letter queue. It receives messages that have been received `maxReceiveCount` times without being deleted.
   */
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number } | undefined
}

/** An event source mapping: Lambda polls the queue on behalf of the function. */
export interface EventSourceModel {
  readonly queueArn: string
  readonly functionId: string
  readonly batchSize: number
  /** How long the first message of a batch may wait for the other messages. */
  readonly batchingWindowMs: number
  /** How many batches the function may process at once. */
  readonly maxConcurrency: number
  /** True if the function reports which messages of a batch failed; otherwise a batch fails as a whole. */
  readonly reportsItemFailures: boolean
}

const queueProperties = z.object({
  FifoQueue: z.literal(false).optional(),
  DelaySeconds: z.literal(0).optional(),
  VisibilityTimeout: z.number().default(30),
  MessageRetentionPeriod: z.number().default(345_600),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
})

/**
 * The number of pollers with which Lambda starts.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const DEFAULT_POLLERS = 5

/** Strict, because ignoring a filter would silently differ from AWS. The limits of the numbers are those of AWS. */
const eventSourceProperties = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.number().default(10),
  MaximumBatchingWindowInSeconds: z.int().min(0).max(300).default(0),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.int().min(2).max(1000) }).optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
})

export function readQueues(template: Template, resolve: Resolve): readonly QueueModel[] {
  const queues = readResources(template, resolve, 'AWS::SQS::Queue', queueProperties).map(
    ({ arn, ref, VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy }): QueueModel => ({
      name: arn.split(':').at(-1) ?? '',
      arn,
      url: ref,
      visibilityMs: VisibilityTimeout * 1000,
      retentionMs: MessageRetentionPeriod * 1000,
      redrive: RedrivePolicy && {
        deadLetterArn: RedrivePolicy.deadLetterTargetArn,
        maxReceiveCount: RedrivePolicy.maxReceiveCount,
      },
    }),
  )
  for (const { name, redrive } of queues) {
    if (redrive && !queues.some(({ arn }) => arn === redrive.deadLetterArn)) {
      throw new TemplateError(`Queue ${name}: its dead-letter queue is not in the stack`)
    }
  }
  return queues
}

/** The permissions that Lambda needs to poll a queue; without them the mapping does not deploy. */
const POLL_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']

export function readEventSources(
  template: Template,
  resolve: Resolve,
  functions: ReadonlyMap<string, FunctionModel>,
  queues: readonly QueueModel[],
): readonly EventSourceModel[] {
  const type = 'AWS::Lambda::EventSourceMapping'
  return readResources(template, resolve, type, eventSourceProperties).map((source) => {
    const { id, EventSourceArn, FunctionName, ScalingConfig } = source
    const queue = queues.find(({ arn }) => arn === EventSourceArn)
    const model = [...functions.values()].find(({ arn, name }) => [arn, name].includes(FunctionName))
    if (!queue || !model) {
      throw new TemplateError(`Event source ${id}: the queue or the function is not in the stack`)
    }
    const missing = POLL_ACTIONS.find((action) => !isAllowed(model.statements, action, queue.arn))
    if (missing) throw new TemplateError(`Event source ${id}: ${model.id} has no permission to ${missing}`)
    if (queue.visibilityMs < model.timeoutMs) {
      throw new TemplateError(
        `Event source ${id}: the visibility timeout is shorter than the function's timeout`,
      )
    }
    return {
      queueArn: queue.arn,
      functionId: model.id,
      batchSize: source.BatchSize,
      batchingWindowMs: source.MaximumBatchingWindowInSeconds * 1000,
      maxConcurrency: ScalingConfig?.MaximumConcurrency ?? DEFAULT_POLLERS,
      reportsItemFailures: source.FunctionResponseTypes.length > 0,
    }
  })
}
