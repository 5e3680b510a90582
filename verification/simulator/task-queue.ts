import type { Task } from '../../lambdas/model.ts'
import type { TaskQueue } from '../../lambdas/stores/tasks.ts'
import { serverError } from './aws-errors.ts'
import type { Functions } from './functions.ts'
import type { Invocation } from './invocation.ts'
import type { Scheduler } from './scheduler.ts'

/** SQS redelivers a failed message after the visibility timeout, and gives up after the last try. */
const VISIBILITY_TIMEOUT_MS = 60_000
const MAX_TRIES = 3

/** A standard SQS queue: at-least-once delivery in any order. */
export class SimulatedQueue {
  readonly #scheduler: Scheduler
  readonly #functions: () => Functions
  #messages = 0
  /**
   * Users for whom a task that computes presence was lost. Only a later sweep repairs their presence, so their presence
   * is not checked before that.
   */
  readonly lostPresence = new Set<string>()

  constructor(scheduler: Scheduler, functions: () => Functions) {
    this.#scheduler = scheduler
    this.#functions = functions
  }

  of(invocation: Invocation): TaskQueue {
    const { random, history } = this.#scheduler
    return {
      send: (task, delaySeconds = 0) =>
        new Promise((resolve, reject) => {
          const enqueue = async () => this.#enqueue(task, delaySeconds * 1000)
          this.#scheduler.add({
            label: `${invocation.name} queues ${task.task}`,
            at: this.#scheduler.now + random.below(30),
            owner: invocation,
            isWrite: true,
            orphaned: enqueue,
            run: async () => {
              history.note(`${invocation.name} queues ${task.task}`)
              const { crash, failed, ambiguous } = this.#scheduler.faults
              if (random.chance(crash)) return invocation.crash('at a call')
              if (random.chance(failed)) {
                this.#noteLost(task)
                return reject(serverError())
              }
              await enqueue()
              if (random.chance(ambiguous)) return reject(serverError())
              resolve()
            },
          })
        }),
    }
  }

  #enqueue(task: Task, delayMs: number): void {
    const message = { messageId: String(++this.#messages), body: JSON.stringify(task) }
    this.#deliverLater(message, delayMs, 1)
    if (this.#scheduler.random.chance(this.#scheduler.faults.duplicate))
      this.#deliverLater(message, delayMs, 1)
  }

  #noteLost(task: Task): void {
    if (task.task === 'presence' || task.task === 'cleanup') this.lostPresence.add(task.user)
  }

  #deliverLater(message: { messageId: string; body: string }, delayMs: number, tries: number): void {
    this.#scheduler.after(delayMs, `message ${message.body}`, () => {
      const handled = this.#functions()
        .worker({ Records: [message] })
        .then((outcome) => {
          const done = outcome.how === 'returned' && outcome.value?.batchItemFailures.length === 0
          if (done) return
          if (tries < MAX_TRIES) this.#deliverLater(message, VISIBILITY_TIMEOUT_MS, tries + 1)
          else this.#noteLost(JSON.parse(message.body) as Task)
        })
      this.#scheduler.background(handled)
    })
  }
}
