import { createHash } from 'node:crypto'
import { z } from 'zod'
import { place } from '../../stack/names.ts'
import type { EventSourceModel } from '../../stack/queues.ts'
import type { Invoke } from '../gateway/model.ts'
import type { Message } from './journal.ts'
import type { Queue } from './queue.ts'

/** Lambda begins with five pollers for each queue: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const CONCURRENT_BATCHES = 5

export interface EventSourceOptions {
  readonly model: EventSourceModel
  readonly queue: Queue
  readonly invoke: Invoke
}

/**
 * Plays Lambda's poller: batches of what is visible go to the function, and what it has done is deleted. The rest
 * needs nothing, it becomes visible again by itself. Returns the way to stop.
 */
export function startEventSource({ model, queue, invoke }: EventSourceOptions): () => void {
  let running = 0
  let stopped = false

  const deliver = async (batch: readonly Message[]): Promise<void> => {
    try {
      const answer = await invoke(model.functionId, {
        Records: batch.map((message) => record(message, queue)),
      })
      queue.delete(model.reportsItemFailures ? succeeded(batch, answer) : batch.map(({ id }) => id))
    } catch {
      // The function's own log has told why; the whole batch comes again.
    }
  }
  const poll = (): void => {
    while (!stopped && running < CONCURRENT_BATCHES) {
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

const partial = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish(),
})

/**
 * The messages that are done. An answer that names a message outside the batch, or cannot be read, counts as if all
 * had failed: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
function succeeded(batch: readonly Message[], answer: unknown): readonly string[] {
  const ids = batch.map(({ id }) => id)
  const parsed = partial.safeParse(answer ?? {})
  if (!parsed.success) return []
  const failed = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier)
  return failed.every((id) => ids.includes(id)) ? ids.filter((id) => !failed.includes(id)) : []
}

/** A message as the function gets it: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
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
