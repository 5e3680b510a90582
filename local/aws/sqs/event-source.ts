import { createHash } from 'node:crypto'
import { z } from 'zod'
import { place } from '../../stack/names.ts'
import type { EventSourceModel } from '../../stack/queues.ts'
import type { Invoke } from '../lambda/invoke.ts'
import type { Message } from './journal.ts'
import type { Queue } from './queue.ts'

/** Lambda starts with five pollers per queue: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const MAX_CONCURRENT_BATCHES = 5

export interface EventSourceOptions {
  readonly model: EventSourceModel
  readonly queue: Queue
  readonly invoke: Invoke
}

/**
 * Emulates Lambda's poller: invokes the function with batches of visible messages and deletes those it has
 * processed. The others become visible again after the timeout. Returns a function that stops the poller.
 */
export function startEventSource({ model, queue, invoke }: EventSourceOptions): () => void {
  let running = 0
  let stopped = false

  const deliver = async (batch: readonly Message[]): Promise<void> => {
    try {
      const response = await invoke(model.functionId, {
        Records: batch.map((message) => record(message, queue)),
      })
      queue.delete(model.reportsItemFailures ? succeeded(batch, response) : batch.map(({ id }) => id))
    } catch {
      // The function's log has the reason; the whole batch becomes visible again.
    }
  }
  const poll = (): void => {
    while (!stopped && running < MAX_CONCURRENT_BATCHES) {
      const batch = queue.receive(model.batchSize)
      if (batch.length === 0) return
      running += 1
      void deliver(batch).finally(() => {
        running -= 1
        poll()
      })
    }
  }
  queue.onVisible(poll)
  return () => {
    stopped = true
  }
}

const partialResponse = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish(),
})

/**
 * Returns the ids of the processed messages. A response that is malformed or names a message outside the batch counts as
 * a failure of the whole batch: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
function succeeded(batch: readonly Message[], response: unknown): readonly string[] {
  const ids = batch.map(({ id }) => id)
  const parsed = partialResponse.safeParse(response ?? {})
  if (!parsed.success) return []
  const failed = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier)
  return failed.every((id) => ids.includes(id)) ? ids.filter((id) => !failed.includes(id)) : []
}

/** A message as the function receives it: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
function record(message: Message, { model }: Queue) {
  const { id, body, receiveCount, sentAt, firstReceivedAt = sentAt, sender } = message
  return {
    messageId: id,
    receiptHandle: `${id}#${receiveCount}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(sentAt),
      SenderId: sender,
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: model.arn,
    awsRegion: place.region,
  }
}
