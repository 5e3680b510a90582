import { setImmediate as nextTurn } from 'node:timers/promises'
import type { History } from '../model/history.ts'
import type { Random } from '../model/random.ts'
import { type FaultRates, noFaults } from './fault-rates.ts'

/** A step that waits until the scheduler picks it. */
export interface Task {
  readonly label: string
  /** Earliest virtual time, epoch milliseconds. */
  readonly at: number
  /** The invocation that started the task. The task is removed when the invocation ends. */
  readonly owner?: object
  readonly run: () => void | Promise<void>
  /** True if the owner must not end before this task has run. */
  readonly isWrite?: boolean
  /** Carries out a request that was already in flight when its owner ended. */
  readonly orphaned?: (() => Promise<void>) | undefined
}

/**
 * Owns time and order. Every step of a run is picked here, one at a time, by the seeded generator. Virtual time
 * stands still while tasks are due, and jumps to the next task when none is.
 */
export class Scheduler {
  now: number
  /** The rates of faults, which differ between the phases of a run. */
  faults: FaultRates = noFaults
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

  after(delayMs: number, label: string, run: Task['run']): Task {
    return this.add({ label, at: this.now + delayMs, run })
  }

  /** Lets work that waits for other tasks continue, without awaiting it. The work must not fail. */
  background(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.history.violate('stuck', String(error)))
  }

  cancel(task: Task | undefined): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== task)
  }

  /** Removes and returns the pending tasks of an invocation; about half of the requests in flight arrive anyway. */
  orphan(owner: object): readonly Task[] {
    const left = this.#waiting.filter((task) => task.owner === owner)
    this.#waiting = this.#waiting.filter((task) => task.owner !== owner)
    for (const { label, at, orphaned } of left) {
      if (orphaned && this.random.chance(0.5)) this.add({ label: `${label} (orphaned)`, at, run: orphaned })
    }
    return left
  }

  /** Runs until `done`, until a virtual time, or until no task is left. */
  async run(until: number, done: () => boolean = () => false): Promise<void> {
    for (;;) {
      // Code that was resumed runs in microtasks; after one turn of the event loop it waits for its next call.
      await nextTurn()
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
