import { z } from 'zod'
import type { FunctionModel } from './functions.ts'
import { readInvokePermissions } from './invoke-permissions.ts'
import { isAllowed } from './permissions.ts'
import type { Resolve } from './resolver.ts'
import { resourcesOfType, type Template, TemplateError } from './template.ts'

/** A standard queue of SQS. */
export interface QueueModel {
  readonly name: string
  readonly arn: string
  readonly url: string
  /** How long a received message stays hidden. */
  readonly visibilityMs: number
  readonly retentionMs: number
  /** Where a message goes that was received so often and is due once more. */
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number }
}

/** What Lambda polls a queue for. */
export interface EventSourceModel {
  readonly queueArn: string
  readonly functionId: string
  readonly batchSize: number
  /** Whether the function says which messages of a batch failed; otherwise all do or none. */
  readonly reportsItemFailures: boolean
}

const queueProperties = z.object({
  FifoQueue: z.literal(false).optional(),
  DelaySeconds: z.literal(0).optional(),
  VisibilityTimeout: z.number().default(30),
  MessageRetentionPeriod: z.number().default(345_600),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
})

/** Strict, because to ignore a filter or a batching window would differ from AWS in silence. */
const eventSourceProperties = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.number().default(10),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
})

export function readQueues(template: Template, resolve: Resolve): readonly QueueModel[] {
  const queues = resourcesOfType(template, 'AWS::SQS::Queue').map(([id, { Properties }]): QueueModel => {
    const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = understood(
      id,
      queueProperties.safeParse(resolve(Properties)),
    )
    const attribute = (name: string) => String(resolve({ 'Fn::GetAtt': [id, name] }))
    return {
      name: attribute('QueueName'),
      arn: attribute('Arn'),
      url: String(resolve({ Ref: id })),
      visibilityMs: VisibilityTimeout * 1000,
      retentionMs: MessageRetentionPeriod * 1000,
      ...(RedrivePolicy && {
        redrive: {
          deadLetterArn: RedrivePolicy.deadLetterTargetArn,
          maxReceiveCount: RedrivePolicy.maxReceiveCount,
        },
      }),
    }
  })
  for (const { name, redrive } of queues) {
    if (redrive && !queues.some(({ arn }) => arn === redrive.deadLetterArn)) {
      throw new TemplateError(`Queue ${name}: its dead-letter queue is not in the stack`)
    }
  }
  return queues
}

/** What Lambda needs to poll a queue; without it the mapping does not deploy. */
const POLLING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']

export function readEventSources(
  template: Template,
  resolve: Resolve,
  functions: ReadonlyMap<string, FunctionModel>,
  queues: readonly QueueModel[],
): readonly EventSourceModel[] {
  const { functionOf } = readInvokePermissions(template, resolve)
  return resourcesOfType(template, 'AWS::Lambda::EventSourceMapping').map(([id, { Properties }]) => {
    const source = understood(id, eventSourceProperties.safeParse(resolve(Properties)))
    const queue = queues.find(({ arn }) => arn === source.EventSourceArn)
    const model = functions.get(functionOf(source.FunctionName) ?? '')
    if (!queue || !model) {
      throw new TemplateError(`Event source ${id}: the queue or the function is not in the stack`)
    }
    const missing = POLLING.find((action) => !isAllowed(model.statements, action, queue.arn))
    if (missing) throw new TemplateError(`Event source ${id}: ${model.id} has no permission to ${missing}`)
    if (queue.visibilityMs < model.timeoutMs) {
      throw new TemplateError(
        `Event source ${id}: the visibility timeout is less than the function's timeout`,
      )
    }
    return {
      queueArn: queue.arn,
      functionId: model.id,
      batchSize: source.BatchSize,
      reportsItemFailures: source.FunctionResponseTypes.length > 0,
    }
  })
}

function understood<T>(id: string, parsed: z.ZodSafeParseResult<T>): T {
  if (parsed.success) return parsed.data
  throw new TemplateError(`The laptop does not know how to play ${id}:\n${z.prettifyError(parsed.error)}`)
}
