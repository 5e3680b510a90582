import type { Clock } from '../../clock.ts'
import type { Queues } from '../sqs/queues.ts'
import { type Metrics, MINUTE_MS } from './metrics.ts'

const NAMESPACE = 'AWS/SQS'

/** A message that was received more often than this no longer counts as the oldest message. */
const MAX_RECEIVES = 3

/**
 * Records the state of each queue once a minute, as SQS does. Returns a function that ends this. It is unverified that
 * the age of the oldest message includes messages that are still delayed.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function sampleQueues(queues: Pick<Queues, 'all'>, metrics: Metrics, clock: Clock): () => void {
  let cancel = () => {}
  const sample = () => {
    for (const queue of queues.all()) {
      const dimensions = { QueueName: queue.model.name }
      metrics.add(NAMESPACE, 'ApproximateNumberOfMessagesVisible', dimensions, queue.waiting()?.count ?? 0)
      const ages = queue
        .messages()
        .filter(({ receiveCount }) => receiveCount <= MAX_RECEIVES)
        .map(({ sentAt }) => (clock.now() - sentAt) / 1000)
      if (ages.length > 0) {
        metrics.add(NAMESPACE, 'ApproximateAgeOfOldestMessage', dimensions, Math.max(...ages))
      }
    }
  }
  const next = () => {
    cancel = clock.after(MINUTE_MS, () => {
      sample()
      next()
    })
  }
  next()
  return () => cancel()
}
