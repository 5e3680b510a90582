import { AsyncLocalStorage } from 'node:async_hooks'
import type { Scheduler, Task } from './scheduler.ts'

/** Lambda stops an invocation after ten seconds, wherever it is. */
const TIMEOUT_MS = 10_000

export type Outcome<T> =
  | { readonly how: 'returned'; readonly value: T }
  | { readonly how: 'threw'; readonly error: unknown }
  | { readonly how: 'crashed' }

interface RemoteCall {
  readonly label: string
  /** The longest that a slow call may take. */
  readonly slowMs: number
  /** A read has no effect after its invocation has ended; a post may be abandoned; a write must have settled. */
  readonly kind: 'read' | 'write' | 'post'
  /** Carries out the call subject to faults, and answers it. */
  readonly attempt: () => Promise<void>
  /** Carries out the call even though no caller will receive its answer. */
  readonly apply: () => Promise<unknown>
}

/** One run of a handler, which can crash at any remote call. */
export class Invocation {
  ended = false
  readonly id: number
  readonly route: string
  readonly scheduler: Scheduler
  /** How far this container's clock is off, in milliseconds. */
  readonly skewMs: number
  #onCrash: () => void = () => undefined

  constructor(scheduler: Scheduler, id: number, route: string, skewMs: number) {
    this.scheduler = scheduler
    this.id = id
    this.route = route
    this.skewMs = skewMs
  }

  get name(): string {
    return `${this.route}!${this.id}`
  }

  /**
   * Runs a handler. After a crash, the handler's promise never settles, so `crash` resolves the promise that this
   * method returns.
   */
  async run<T>(handler: () => Promise<T>): Promise<Outcome<T>> {
    const crashed = new Promise<Outcome<T>>((resolve) => {
      this.#onCrash = () => resolve({ how: 'crashed' })
    })
    const timeout = this.scheduler.after(TIMEOUT_MS, `${this.name} times out`, () =>
      this.crash('after the timeout'),
    )
    const returned = current.run(this, handler).then(
      (value): Outcome<T> => ({ how: 'returned', value }),
      (error: unknown): Outcome<T> => ({ how: 'threw', error }),
    )
    const outcome = await Promise.race([returned, crashed])
    this.scheduler.cancel(timeout)
    // Lambda freezes a container after the answer, so calls that the handler did not await are abandoned.
    if (!this.ended) this.#requireSettled(this.#freeze())
    return outcome
  }

  /**
   * Schedules a remote call. If the invocation crashes at this call or has already ended, the call may be carried out
   * anyway.
   */
  call({ label, slowMs, kind, attempt, apply }: RemoteCall): void {
    const { scheduler } = this
    const { random, now, faults } = scheduler
    const applySilently = async () => void (await apply().catch(() => undefined))
    scheduler.add({
      label: `${this.name} ${label}`,
      owner: this,
      at: now + random.below(random.chance(faults.slow) ? slowMs : 30),
      isWrite: kind === 'write',
      orphaned: kind === 'read' ? undefined : applySilently,
      run: async () => {
        if (!random.chance(scheduler.faults.crash)) return await attempt()
        if (random.chance(0.5)) await applySilently()
        this.crash('at a call')
      },
    })
  }

  crash(reason: string): void {
    this.scheduler.history.note(`${this.name} crashes ${reason}`)
    this.scheduler.history.count(`crashed ${reason}`)
    this.#freeze()
    this.#onCrash()
  }

  #freeze(): readonly Task[] {
    this.ended = true
    return this.scheduler.orphan(this)
  }

  /** An answer says what has happened, so no write may happen after it. */
  #requireSettled(left: readonly Task[]): void {
    for (const { label } of left.filter(({ isWrite }) => isWrite)) {
      this.scheduler.history.violate('unfinished work', `${this.name} ended before ${label}`, [this.name])
    }
  }
}

/**
 * The invocation whose code is running. Runs of several seeds share a process, so timers look up their own scheduler
 * here.
 */
const current = new AsyncLocalStorage<Invocation>()

/**
 * Replaces timers, clock, randomness and `console.error` for product code inside a run; code outside a run keeps
 * the real ones. Returns a function that restores them.
 */
export function virtualizeGlobals(): () => void {
  const { setTimeout: realSet, clearTimeout: realClear } = globalThis
  const { random: realRandom } = Math
  const { now: realNow } = Date
  const { error: realError } = console
  const tasks = new WeakMap<object, { scheduler: Scheduler; task: Task }>()
  const set = (callback: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]) => {
    const owner = current.getStore()
    if (!owner) return realSet(callback, delayMs, ...args)
    const { scheduler } = owner
    const task = scheduler.add({
      label: `${owner.name} pause`,
      at: scheduler.now + Math.ceil(delayMs),
      owner,
      run: () => current.run(owner, () => callback(...args)),
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
  Math.random = () => current.getStore()?.scheduler.random.next() ?? realRandom()
  Date.now = () => {
    const owner = current.getStore()
    return owner ? owner.scheduler.now + owner.skewMs : realNow()
  }
  // The errors that the product logs about injected faults go into the history of the run.
  console.error = (...parts: unknown[]) => {
    const owner = current.getStore()
    if (owner) owner.scheduler.history.note(`${owner.name} logs ${parts.join(' ').slice(0, 200)}`)
    else realError(...parts)
  }
  return () => {
    console.error = realError
    globalThis.setTimeout = realSet
    globalThis.clearTimeout = realClear
    Math.random = realRandom
    Date.now = realNow
  }
}
