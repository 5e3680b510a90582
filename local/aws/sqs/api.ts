import { createHash } from 'node:crypto'
import { z } from 'zod'
import { arn } from '../../stack/names.ts'
import { type AwsCall, type AwsReply, badRequest } from '../calls.ts'
import type { Authorize } from '../iam/authorize.ts'
import type { Queues } from './queues.ts'

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_MESSAGE_BYTES = 1024 * 1024
const MAX_DELAY_SECONDS = 900

/** Strict, because a property that the laptop silently ignored would only be noticed on AWS. */
const sendMessage = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string().min(1),
  DelaySeconds: z.int().min(0).max(MAX_DELAY_SECONDS).default(0),
})

/** Emulates `SendMessage`, the only operation that the functions call: Lambda receives on their behalf. */
export function createSqsApi(queues: Pick<Queues, 'byUrl'>, authorize: Authorize) {
  return ({ identity, operation, body }: AwsCall): AwsReply => {
    if (operation !== 'SendMessage') {
      return badRequest('UnsupportedOperation', `The laptop does not emulate sqs:${operation}`)
    }
    const parsed = sendMessage.safeParse(JSON.parse(body.toString()))
    if (!parsed.success) return badRequest('InvalidParameterValue', z.prettifyError(parsed.error))
    const { QueueUrl, MessageBody, DelaySeconds } = parsed.data
    const queue = queues.byUrl(QueueUrl)
    // Without a queue, the ARN that IAM would check.
    const resource = queue?.model.arn ?? arn('sqs', QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1))
    const denied = authorize(identity, [{ action: 'sqs:SendMessage', resource }])
    if (denied !== undefined) return badRequest('AccessDeniedException', denied)
    if (!queue) return badRequest('QueueDoesNotExist', 'The specified queue does not exist.')
    if (Buffer.byteLength(MessageBody) > MAX_MESSAGE_BYTES) {
      const message = `A message must be no longer than ${MAX_MESSAGE_BYTES} bytes.`
      return badRequest('InvalidParameterValue', message)
    }
    const { id } = queue.send(MessageBody, identity.name, DelaySeconds * 1000)
    // The SDK compares the hash with that of what it sent.
    const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex')
    return { status: 200, body: { MessageId: id, MD5OfMessageBody } }
  }
}
