import type { Task as Work } from '../../lambdas/model.ts'
import type { TaskQueue } from '../../lambdas/stores/tasks.ts'
import { type Faults, serverError } from './faults.ts'
import type { Functions } from './functions.ts'
import type { Invocation } from './invocation.ts'
import type { Scheduler } from './scheduler.ts'

/** SQS gives a message that failed again after the visibility time-out, and up after so many tries. */
const VISIBLE_AGAIN = 60_000
const TRIES = 3

/** A standard queue: at least once, in any order. */
export class Queue {
  #functions: Functions | undefined
  #messages = 0
  /** Users of whose devices some news was lost: the product's sweep makes that good, which is not played here. */
  readonly lostNews = new Set<string>()

  constructor(
    private readonly scheduler: Scheduler,
    private readonly faults: () => Faults,
  ) {}

  use(functions: Functions): void {
    this.#functions = functions
  }

  of(invocation: Invocation): TaskQueue {
    const { random, history } = this.scheduler
    return {
      send: (work, delaySeconds = 0) =>
        new Promise((resolve, reject) => {
          const keep = async () => this.#keep(work, delaySeconds * 1000)
          this.scheduler.add({
            label: `${invocation.name} queues ${work.task}`,
            at: this.scheduler.now + random.below(30),
            owner: invocation,
            orphaned: keep,
            run: async () => {
              history.note(`${invocation.name} queues ${work.task}`)
              const { crash, failed, ambiguous } = this.faults()
              if (random.chance(crash)) return invocation.die('crash')
              if (random.chance(failed)) {
                this.#lose(work)
                return reject(serverError())
              }
              await keep()
              if (random.chance(ambiguous)) return reject(serverError())
              resolve()
            },
          })
        }),
    }
  }

  #keep(work: Work, delay: number): void {
    const message = { messageId: String(++this.#messages), body: JSON.stringify(work) }
    this.#deliverLater(message, delay, 1)
    if (this.scheduler.random.chance(this.faults().duplicate)) this.#deliverLater(message, delay, 1)
  }

  #lose(work: Work): void {
    if (work.task === 'presence') this.lostNews.add(work.user)
  }

  #deliverLater(message: { messageId: string; body: string }, delay: number, tries: number): void {
    this.scheduler.after(delay, `message ${message.body}`, () => {
      const handled = this.#functions?.worker({ Records: [message] }).then((outcome) => {
        const done = outcome.how === 'returned' && outcome.value?.batchItemFailures.length === 0
        if (done) return
        if (tries < TRIES) this.#deliverLater(message, VISIBLE_AGAIN, tries + 1)
        else this.#lose(JSON.parse(message.body) as Work)
      })
      handled?.catch((error: unknown) => this.scheduler.history.violate('stuck', String(error)))
    })
  }
}
