import { createHash } from 'node:crypto'
import { z } from 'zod'
import { arn } from '../../stack/names.ts'
import { type AwsCall, type AwsReply, badRequest } from '../calls.ts'
import type { Authorize } from '../iam/authorize.ts'
import type { Message } from './journal.ts'
import type { Queue } from './queue.ts'
import type { Queues } from './queues.ts'

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_MESSAGE_BYTES = 1024 * 1024
const MAX_DELAY_SECONDS = 900
const MAX_VISIBILITY_SECONDS = 43_200

/**
 * An operation on one queue. Its input is strict, because if the laptop silently ignored a property, the difference
 * would only be noticed on AWS.
 */
type Operation = (queue: Queue, body: unknown, sender: string) => AwsReply

function operation<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (queue: Queue, input: z.output<z.ZodObject<Shape>>, sender: string) => AwsReply,
): Operation {
  const schema = z.strictObject({ QueueUrl: z.string(), ...shape })
  return (queue, body, sender) => {
    const { success, data, error } = schema.safeParse(body)
    if (!success) return badRequest('InvalidParameterValue', z.prettifyError(error))
    return run(queue, data as z.output<z.ZodObject<Shape>>, sender)
  }
}

/**
 * The functions call only `SendMessage`, and Lambda receives on their behalf. The commands call the other operations.
 */
const operations: ReadonlyMap<string, Operation> = new Map([
  [
    'SendMessage',
    operation(
      {
        MessageBody: z.string().min(1),
        DelaySeconds: z.int().min(0).max(MAX_DELAY_SECONDS).default(0),
      },
      (queue, { MessageBody, DelaySeconds }, sender) => {
        if (Buffer.byteLength(MessageBody) > MAX_MESSAGE_BYTES) {
          const message = `A message must be no longer than ${MAX_MESSAGE_BYTES} bytes.`
          return badRequest('InvalidParameterValue', message)
        }
        const { id } = queue.send(MessageBody, sender, DelaySeconds * 1000)
        // The SDK compares this hash with that of the body that it sent.
        return ok({ MessageId: id, MD5OfMessageBody: md5(MessageBody) })
      },
    ),
  ],
  [
    'ReceiveMessage',
    operation(
      {
        MaxNumberOfMessages: z.int().min(1).max(10).default(1),
        VisibilityTimeout: z.int().min(0).max(MAX_VISIBILITY_SECONDS),
        // All messages are in one place here, so an answer never has to wait for them.
        WaitTimeSeconds: z.int().min(0).max(20).optional(),
        MessageSystemAttributeNames: z.array(z.literal('SentTimestamp')).optional(),
      },
      (queue, { MaxNumberOfMessages, VisibilityTimeout }) => {
        const messages = queue.receive(MaxNumberOfMessages, VisibilityTimeout * 1000)
        return ok(messages.length === 0 ? {} : { Messages: messages.map(received) })
      },
    ),
  ],
  [
    'ChangeMessageVisibility',
    operation(
      { ReceiptHandle: z.string(), VisibilityTimeout: z.int().min(0).max(MAX_VISIBILITY_SECONDS) },
      (queue, { ReceiptHandle, VisibilityTimeout }) => {
        queue.hideFor(idOf(ReceiptHandle), VisibilityTimeout * 1000)
        return ok({})
      },
    ),
  ],
  [
    'DeleteMessage',
    operation({ ReceiptHandle: z.string() }, (queue, { ReceiptHandle }) => {
      queue.delete([idOf(ReceiptHandle)])
      return ok({})
    }),
  ],
  [
    'GetQueueAttributes',
    operation({ AttributeNames: z.array(z.literal('All')) }, (queue) => {
      const { visible, received, delayed } = queue.counts()
      const { redrive } = queue.model
      return ok({
        Attributes: {
          QueueArn: queue.model.arn,
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(received),
          ApproximateNumberOfMessagesDelayed: String(delayed),
          ...(redrive && {
            RedrivePolicy: JSON.stringify({
              deadLetterTargetArn: redrive.deadLetterArn,
              maxReceiveCount: redrive.maxReceiveCount,
            }),
          }),
        },
      })
    }),
  ],
])

/** Emulates the operations that the functions and the commands call. */
export function createSqsApi(queues: Pick<Queues, 'byUrl'>, authorize: Authorize) {
  return ({ identity, operation: name, body }: AwsCall): AwsReply => {
    const run = operations.get(name)
    if (!run) return badRequest('UnsupportedOperation', `The laptop does not emulate sqs:${name}`)
    const input: unknown = JSON.parse(body.toString())
    const { QueueUrl } = z.object({ QueueUrl: z.string() }).parse(input)
    const queue = queues.byUrl(QueueUrl)
    // If there is no such queue, this is the ARN that IAM would check.
    const resource = queue?.model.arn ?? arn('sqs', QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1))
    const denied = authorize(identity, [{ action: `sqs:${name}`, resource }])
    if (denied !== undefined) return badRequest('AccessDeniedException', denied)
    if (!queue) return badRequest('QueueDoesNotExist', 'The specified queue does not exist.')
    return run(queue, input, identity.name)
  }
}

const ok = (body: object): AwsReply => ({ status: 200, body })

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

const received = ({ id, body, receiveCount, sentAt }: Message) => ({
  MessageId: id,
  ReceiptHandle: receiptOf({ id, receiveCount }),
  Body: body,
  MD5OfBody: md5(body),
  Attributes: { SentTimestamp: String(sentAt) },
})

/** Each delivery of a message has its own receipt handle. */
export const receiptOf = ({ id, receiveCount }: Pick<Message, 'id' | 'receiveCount'>) =>
  `${id}#${receiveCount}`

const idOf = (receipt: string) => receipt.replace(/#.*$/, '')
