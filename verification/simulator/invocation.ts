import { AsyncLocalStorage } from 'node:async_hooks'
import type { Scheduler, Task } from './scheduler.ts'

/** A Lambda function ends after ten seconds, whatever it is doing. */
const LIFETIME = 10_000

export type Outcome<T> =
  | { readonly how: 'returned'; readonly value: T }
  | { readonly how: 'threw'; readonly error: unknown }
  | { readonly how: 'died' }

/** One run of a handler, which can die at any remote call. */
export class Invocation {
  dead = false
  readonly id: number
  readonly route: string
  readonly scheduler: Scheduler
  /** Clocks of containers differ, milliseconds. */
  readonly skew: number
  #end: () => void = () => undefined

  constructor(scheduler: Scheduler, id: number, route: string, skew: number) {
    this.scheduler = scheduler
    this.id = id
    this.route = route
    this.skew = skew
  }

  get name(): string {
    return `${this.route}!${this.id}`
  }

  /** Runs a handler; a dead one's promise never settles, so the outcome comes from whoever killed it. */
  async run<T>(handler: () => Promise<T>): Promise<Outcome<T>> {
    const died = new Promise<Outcome<T>>((resolve) => {
      this.#end = () => resolve({ how: 'died' })
    })
    const timeout = this.scheduler.after(LIFETIME, `${this.name} times out`, () => this.die('time-out'))
    const returned = running.run(this, handler).then(
      (value): Outcome<T> => ({ how: 'returned', value }),
      (error: unknown): Outcome<T> => ({ how: 'threw', error }),
    )
    const outcome = await Promise.race([returned, died])
    this.scheduler.cancel(timeout)
    // Lambda freezes a container that has answered: what was not awaited is left behind.
    if (!this.dead) this.#freeze()
    return outcome
  }

  die(why: string): void {
    this.scheduler.history.note(`${this.name} dies: ${why}`)
    this.scheduler.history.count(`died: ${why}`)
    this.#freeze()
    this.#end()
  }

  #freeze(): void {
    this.dead = true
    this.scheduler.orphan(this)
  }
}

/** Whose code runs now. Runs of different seeds share a process, so timers must find their own scheduler. */
const running = new AsyncLocalStorage<Invocation>()

/**
 * Timers, clock and chance of product code belong to the scheduler of the run it is in; everything outside a
 * run keeps the real ones. Returns what undoes it.
 */
export function ownTime(): () => void {
  const { setTimeout: realSet, clearTimeout: realClear } = globalThis
  const { random: realRandom } = Math
  const { now: realNow } = Date
  const { error: realError } = console
  const tasks = new WeakMap<object, { scheduler: Scheduler; task: Task }>()
  const set = (callback: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]) => {
    const owner = running.getStore()
    if (!owner) return realSet(callback, milliseconds, ...args)
    const { scheduler } = owner
    const task = scheduler.add({
      label: `${owner.name} pause`,
      at: scheduler.now + Math.ceil(milliseconds),
      owner,
      run: () => running.run(owner, () => callback(...args)),
    })
    const handle = { unref: () => handle, ref: () => handle }
    tasks.set(handle, { scheduler, task })
    return handle
  }
  const clear = (handle: unknown) => {
    const own = typeof handle === 'object' && handle !== null ? tasks.get(handle) : undefined
    if (own) own.scheduler.cancel(own.task)
    else realClear(handle as NodeJS.Timeout)
  }
  globalThis.setTimeout = set as unknown as typeof setTimeout
  globalThis.clearTimeout = clear as typeof clearTimeout
  Math.random = () => running.getStore()?.scheduler.random.next() ?? realRandom()
  Date.now = () => {
    const owner = running.getStore()
    return owner ? owner.scheduler.now + owner.skew : realNow()
  }
  // What the product logs of injected faults belongs to the history of its run.
  console.error = (...words: unknown[]) => {
    const owner = running.getStore()
    if (owner) owner.scheduler.history.note(`${owner.name} logs ${words.join(' ').slice(0, 200)}`)
    else realError(...words)
  }
  return () => {
    console.error = realError
    globalThis.setTimeout = realSet
    globalThis.clearTimeout = realClear
    Math.random = realRandom
    Date.now = realNow
  }
}
