import type { Clock } from '../../clock.ts'
import type { QueueModel } from '../../stack/queues.ts'
import { openJournal } from './journal.ts'
import { createQueue, type Queue } from './queue.ts'

export interface QueuesOptions {
  readonly models: readonly QueueModel[]
  /** The file that keeps the messages across restarts. */
  readonly file: string
  readonly clock: Clock
  readonly warn: (line: string) => void
}

/** Opens every queue with the messages it held when the runtime stopped. */
export function openQueues({ models, file, clock, warn }: QueuesOptions) {
  const journal = openJournal(file)
  const queues = new Map<string, Queue>()
  for (const model of models) {
    const queue = createQueue({
      model,
      journal,
      clock,
      giveUp(message) {
        const deadLetters = queues.get(model.redrive?.deadLetterArn ?? '')
        // Omits the content, which is private and does not belong in a terminal.
        warn(
          `GIVEN UP: message ${message.id} of ${model.name} failed ${message.receiveCount} times, see ${file}`,
        )
        deadLetters?.adopt(message)
      },
    })
    queues.set(model.arn, queue)
  }
  const pathOf = (url: string) => (URL.canParse(url) ? new URL(url).pathname : url)
  const byPath = new Map([...queues.values()].map((queue) => [pathOf(queue.model.url), queue]))
  return {
    all: (): readonly Queue[] => [...queues.values()],
    byArn: (arn: string): Queue | undefined => queues.get(arn),
    /**
     * Finds a queue by the path of its URL, `/account/name`: the URL in the template has Amazon's host, and the URL
     * that the functions use has the laptop's.
     */
    byUrl: (url: string): Queue | undefined => byPath.get(pathOf(url)),
    close(): void {
      for (const queue of queues.values()) queue.close()
    },
  }
}

/** The queues of the stack. */
export type Queues = ReturnType<typeof openQueues>
