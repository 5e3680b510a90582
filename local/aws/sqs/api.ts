import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { place } from '../../stack/names.ts'
import { type AwsCall, type AwsError, sendError, sendJson } from '../calls.ts'
import type { Authorize } from '../iam/authorize.ts'
import type { Queues } from './queues.ts'

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_MESSAGE_BYTES = 1024 * 1024
const MAX_DELAY_SECONDS = 900

/** Strict, because a property that the laptop ignored would first be missed on AWS. */
const sendMessage = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string().min(1),
  DelaySeconds: z.int().min(0).max(MAX_DELAY_SECONDS).default(0),
})

const badRequest = (type: string, message: string): AwsError => ({ status: 400, type, message })

/** Emulates `SendMessage`, the only operation that the functions call: Lambda receives on their behalf. */
export function createSqsApi(queues: Pick<Queues, 'byUrl'>, authorize: Authorize) {
  return ({ identity, operation, body }: AwsCall, response: ServerResponse): void => {
    if (operation !== 'SendMessage') {
      sendError(response, badRequest('UnsupportedOperation', `The laptop does not emulate sqs:${operation}`))
      return
    }
    const input: unknown = JSON.parse(body.toString())
    const parsed = sendMessage.safeParse(input)
    if (!parsed.success) {
      sendError(response, badRequest('InvalidParameterValue', z.prettifyError(parsed.error)))
      return
    }
    const { QueueUrl, MessageBody, DelaySeconds } = parsed.data
    const queue = queues.byUrl(QueueUrl)
    const denied = authorize(identity, [
      { action: 'sqs:SendMessage', resource: queue?.model.arn ?? arnOf(QueueUrl) },
    ])
    if (denied !== undefined) {
      sendError(response, badRequest('AccessDeniedException', denied))
    } else if (!queue) {
      sendError(response, badRequest('QueueDoesNotExist', 'The specified queue does not exist.'))
    } else if (Buffer.byteLength(MessageBody) > MAX_MESSAGE_BYTES) {
      sendError(
        response,
        badRequest('InvalidParameterValue', `A message must be no longer than ${MAX_MESSAGE_BYTES} bytes.`),
      )
    } else {
      const { id } = queue.send(MessageBody, identity.name, DelaySeconds * 1000)
      // The SDK compares this with the hash of what it sent.
      const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex')
      sendJson(response, 200, { MessageId: id, MD5OfMessageBody })
    }
  }
}

/** The ARN that IAM would check for a queue that does not exist. */
function arnOf(url: string): string {
  const name = url.slice(url.lastIndexOf('/') + 1)
  return `arn:${place.partition}:sqs:${place.region}:${place.account}:${name}`
}
