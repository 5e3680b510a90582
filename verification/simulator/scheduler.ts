import { setImmediate as turn } from 'node:timers/promises'
import type { History } from '../model/history.ts'
import type { Random } from '../model/random.ts'
import type { Invocation } from './invocation.ts'

/** Something that waits until the scheduler picks it. */
export interface Task {
  readonly label: string
  /** Not before this virtual time, epoch milliseconds. */
  readonly at: number
  /** Dies with this invocation. */
  readonly owner?: Invocation
  readonly run: () => void | Promise<void>
  /** What may still happen of it when its invocation dies: a request that was under way is carried out. */
  readonly orphaned?: () => Promise<void>
}

/**
 * Owns time and order. Nothing in a run happens unless it is picked here, one at a time, by a seeded stream
 * of numbers; time stands still while something is due and leaps when nothing is.
 */
export class Scheduler {
  now: number
  readonly random: Random
  readonly history: History
  #waiting: Task[] = []

  constructor(random: Random, history: History, startAt: number) {
    this.random = random
    this.history = history
    this.now = startAt
  }

  add(task: Task): Task {
    this.#waiting.push(task)
    return task
  }

  after(milliseconds: number, label: string, run: Task['run']): Task {
    return this.add({ label, at: this.now + milliseconds, run })
  }

  cancel(task: Task | undefined): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== task)
  }

  /** Removes what an invocation still had under way; some of its requests arrive all the same. */
  orphan(owner: Invocation): void {
    const left = this.#waiting.filter((task) => task.owner === owner)
    this.#waiting = this.#waiting.filter((task) => task.owner !== owner)
    for (const { label, at, orphaned } of left) {
      if (orphaned && this.random.chance(0.5)) this.add({ label: `${label} (orphaned)`, at, run: orphaned })
    }
  }

  /** Runs until `done`, until a virtual time, or until nothing waits. */
  async run(until: number, done: () => boolean = () => false): Promise<void> {
    for (;;) {
      // Whatever was resolved goes on in microtasks; a turn of the loop later it waits for its next call.
      await turn()
      if (done() || this.#waiting.length === 0) return
      const next = Math.min(...this.#waiting.map(({ at }) => at))
      if (next > until) {
        this.now = Math.max(this.now, until)
        return
      }
      this.now = Math.max(this.now, next)
      const task = this.random.pick(this.#waiting.filter(({ at }) => at <= this.now))
      this.cancel(task)
      this.now += this.random.below(3)
      await task.run()
    }
  }
}
