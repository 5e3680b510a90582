import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { place } from '../../stack/names.ts'
import { type AwsCall, type AwsFault, sendFault, sendJson } from '../answers.ts'
import type { Authorize } from '../iam/authorize.ts'
import type { Queues } from './queues.ts'

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MESSAGE_BYTES = 1024 * 1024
const DELAY_SECONDS = 900

/** Strict, because a property that the laptop ignored would be missed only on AWS. */
const sendMessage = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string().min(1),
  DelaySeconds: z.int().min(0).max(DELAY_SECONDS).default(0),
})

const fault = (type: string, message: string): AwsFault => ({ status: 400, type, message })

/** Plays `SendMessage`, the one operation that the run time calls: Lambda does the receiving. */
export function createSqs(queues: Pick<Queues, 'byUrl'>, authorize: Authorize) {
  return ({ identity, operation, body }: AwsCall, response: ServerResponse): void => {
    if (operation !== 'SendMessage') {
      sendFault(response, fault('UnsupportedOperation', `The laptop does not play sqs:${operation}`))
      return
    }
    const input: unknown = JSON.parse(body.toString())
    const parsed = sendMessage.safeParse(input)
    if (!parsed.success) {
      sendFault(response, fault('InvalidParameterValue', z.prettifyError(parsed.error)))
      return
    }
    const { QueueUrl, MessageBody, DelaySeconds } = parsed.data
    const queue = queues.byUrl(QueueUrl)
    const denied = authorize(identity, [
      { action: 'sqs:SendMessage', resource: queue?.model.arn ?? arnOf(QueueUrl) },
    ])
    if (denied !== undefined) {
      sendFault(response, fault('AccessDeniedException', denied))
    } else if (!queue) {
      sendFault(response, fault('QueueDoesNotExist', 'The specified queue does not exist.'))
    } else if (Buffer.byteLength(MessageBody) > MESSAGE_BYTES) {
      sendFault(
        response,
        fault('InvalidParameterValue', `A message must be no longer than ${MESSAGE_BYTES} bytes.`),
      )
    } else {
      const { id } = queue.send(MessageBody, identity.name, DelaySeconds * 1000)
      // The SDK compares the hash with that of what it sent.
      const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex')
      sendJson(response, 200, { MessageId: id, MD5OfMessageBody })
    }
  }
}

/** The ARN that IAM would weigh for a queue that is not there. */
function arnOf(url: string): string {
  const name = url.slice(url.lastIndexOf('/') + 1)
  return `arn:${place.partition}:sqs:${place.region}:${place.account}:${name}`
}
