import type { Clock, Page, PageEvent, Storage } from '../../client/types.ts'
import type { Scheduler, Task } from './scheduler.ts'
import { simulatedTabs } from './tabs.ts'

/** A storage call takes up to this long. */
const STORAGE_MS = 10

interface Timer {
  isCancelled: boolean
  task?: Task
}

/** A machine: the state that the tabs of its browser share, and events such as sleep or a broken storage. */
export class Machine {
  readonly name: string
  readonly scheduler: Scheduler
  readonly tabs: ReturnType<typeof simulatedTabs>
  /** Its sockets cannot be opened; calls over HTTP work. */
  hasNoSockets = false
  /** Its storage fails. */
  hasBrokenStorage = false
  /** Its storage has failed before, so messages are only promised to be kept in memory. */
  hadBrokenStorage = false
  #isAsleep = false
  #isVisible = true
  readonly #stored = new Map<string, unknown>()
  readonly #held: (() => void)[] = []
  readonly #listeners = new Set<(event: PageEvent) => void>()

  constructor(name: string, scheduler: Scheduler) {
    this.name = name
    this.scheduler = scheduler
    this.tabs = simulatedTabs(scheduler)
  }

  /** The clock of a tab. While the machine sleeps, no timer runs; those that became due run when it wakes. */
  readonly clock: Clock = {
    now: () => this.scheduler.now,
    setTimeout: (run, ms) => {
      const timer: Timer = { isCancelled: false }
      const fire = () => !timer.isCancelled && run()
      timer.task = this.scheduler.after(Math.ceil(Math.max(0, ms)), `timer of ${this.name}`, () =>
        this.#isAsleep ? void this.#held.push(fire) : void fire(),
      )
      return timer
    },
    clearTimeout: (timer) => {
      if (timer === undefined) return
      const cancelled = timer as Timer
      cancelled.isCancelled = true
      this.scheduler.cancel(cancelled.task)
    },
  }

  readonly page: Page = {
    isVisible: () => this.#isVisible,
    subscribe: (listener) => {
      this.#listeners.add(listener)
      return () => void this.#listeners.delete(listener)
    },
  }

  readonly storage: Storage = {
    get: (key) => this.#access(() => this.#stored.get(key)),
    set: (key, value) => this.#access(() => void this.#stored.set(key, structuredClone(value))),
    delete: (key) => this.#access(() => void this.#stored.delete(key)),
    list: (prefix) =>
      this.#access(() =>
        [...this.#stored].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
  }

  /** Writes to the storage without the library. */
  put(key: string, value: unknown): void {
    this.#stored.set(key, value)
  }

  get isAsleep(): boolean {
    return this.#isAsleep
  }

  /** Stops all timers; sockets stay open. */
  sleep(): void {
    this.scheduler.history.note(`${this.name} sleeps`)
    this.#isAsleep = true
  }

  wake(): void {
    if (!this.#isAsleep) return
    this.scheduler.history.note(`${this.name} wakes`)
    this.#isAsleep = false
    for (const run of this.#held.splice(0)) run()
    this.#tell('wake')
  }

  show(isVisible: boolean): void {
    this.#isVisible = isVisible
    this.#tell(isVisible ? 'visible' : 'hidden')
  }

  #tell(event: PageEvent): void {
    for (const listener of [...this.#listeners]) listener(event)
  }

  #access<T>(act: () => T): Promise<T> {
    const { scheduler, name } = this
    return new Promise((resolve, reject) => {
      scheduler.after(scheduler.random.below(STORAGE_MS), `storage of ${name}`, () => {
        this.hadBrokenStorage ||= this.hasBrokenStorage
        if (this.hasBrokenStorage) reject(new Error('the storage is broken'))
        else resolve(act())
      })
    })
  }
}
