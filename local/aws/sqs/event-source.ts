import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../clock.ts'
import { place } from '../../stack/names.ts'
import type { EventSourceModel } from '../../stack/queues.ts'
import { type Invoke, ThrottledError } from '../lambda/invoke.ts'
import { receiptOf } from './api.ts'
import type { Message } from './journal.ts'
import type { Queue } from './queue.ts'

/**
 * The pause before a throttled batch is tried again. The pause doubles with each attempt. It is unverified that Lambda
 * does so.
 */
const THROTTLED_PAUSE_MS = 200
const MAX_THROTTLED_PAUSE_MS = 5_000

export interface EventSourceOptions {
  readonly model: EventSourceModel
  readonly queue: Queue
  readonly invoke: Invoke
  readonly clock: Clock
}

/**
 * Emulates Lambda's poller: invokes the function with batches of visible messages and deletes the messages that the
 * function has processed. The others become visible again after the timeout. Returns a function that stops the poller.
 */
export function startEventSource({ model, queue, invoke, clock }: EventSourceOptions): () => void {
  let running = 0
  let stopped = false
  /** Cancels the timer of the batching window, if one is running. */
  let cancelWindow: (() => void) | undefined

  /**
   * A throttled batch is tried again until its messages become visible:
   * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
   */
  const invokeWith = async (batch: readonly Message[]): Promise<unknown> => {
    const Records = batch.map((message) => record(message, queue))
    const visibleAt = Math.min(...batch.map((message) => message.visibleAt))
    for (let pauseMs = THROTTLED_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_THROTTLED_PAUSE_MS)) {
      try {
        return await invoke(model.functionId, { Records })
      } catch (error) {
        const isLast = stopped || clock.now() + pauseMs >= visibleAt
        if (isLast || !(error instanceof ThrottledError)) throw error
      }
      await new Promise<void>((resolve) => clock.after(pauseMs, resolve))
    }
  }
  const deliver = async (batch: readonly Message[]): Promise<void> => {
    try {
      const response = await invokeWith(batch)
      queue.delete(model.reportsItemFailures ? succeeded(batch, response) : batch.map(({ id }) => id))
    } catch {
      // The function's log has the reason; the whole batch becomes visible again.
    }
  }
  /** True if a batch is full, or if its first message has waited as long as the batching window. */
  const isBatchReady = (): boolean => {
    const waiting = queue.waiting()
    if (!waiting) return false
    const waitMs = waiting.since + model.batchingWindowMs - clock.now()
    if (waiting.count >= model.batchSize || waitMs <= 0) return true
    cancelWindow ??= clock.after(waitMs, () => {
      cancelWindow = undefined
      poll()
    })
    return false
  }
  const poll = (): void => {
    while (!stopped && running < model.maxConcurrency && isBatchReady()) {
      const batch = queue.receive(model.batchSize)
      // The batch is empty if all of these messages have failed too often.
      if (batch.length === 0) continue
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
    cancelWindow?.()
  }
}

const partialResponse = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish(),
})

/**
 * Returns the ids of the processed messages. A response that is malformed or names a message outside the batch counts
 * as a failure of the whole batch: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
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
    receiptHandle: receiptOf(message),
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
