import type { Clock } from '../../clock.ts'
import type { QueueModel } from '../../stack/queues.ts'
import { openJournal } from './journal.ts'
import { createQueue, type Queue } from './queue.ts'

export interface QueuesOptions {
  readonly models: readonly QueueModel[]
  /** Where messages are kept across restarts. */
  readonly file: string
  readonly clock: Clock
  readonly warn: (line: string) => void
}

/** The queues of the stack. */
export interface Queues {
  byArn(arn: string): Queue | undefined
  /** By the path of its URL, `/account/name`: the host is Amazon's in the template and ours in the functions. */
  byUrl(url: string): Queue | undefined
  close(): void
}

/** Opens every queue with what it held when the runtime stopped. */
export function openQueues({ models, file, clock, warn }: QueuesOptions): Queues {
  const journal = openJournal(file)
  const queues = new Map<string, Queue>()
  for (const model of models) {
    const queue = createQueue({
      model,
      journal,
      clock,
      giveUp(message) {
        const deadLetters = queues.get(model.redrive?.deadLetterArn ?? '')
        // Not what it says: messages are no matter for a terminal.
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
    byArn: (arn) => queues.get(arn),
    byUrl: (url) => byPath.get(pathOf(url)),
    close() {
      for (const queue of queues.values()) queue.close()
    },
  }
}
