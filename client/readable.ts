import type { Readable } from './types.ts'

/** A `Readable` together with the right to change it. */
export interface Source<T> extends Readable<T> {
  /** Does nothing if `next` is the current snapshot. */
  set(next: T): void
  /** Whether there are listeners. */
  hasListeners(): boolean
}

/** A `Readable` that starts with this snapshot. A listener that throws stops neither the others nor the caller. */
export function source<T>(initial: T): Source<T> {
  let current = initial
  const listeners = new Set<() => void>()
  return {
    getSnapshot: () => current,
    subscribe(listener) {
      // A wrapper, so that a listener that subscribes twice is called twice and unsubscribed one at a time.
      const call = () => listener()
      listeners.add(call)
      return () => void listeners.delete(call)
    },
    hasListeners: () => listeners.size > 0,
    set(next) {
      if (Object.is(next, current)) return
      current = next
      for (const listener of [...listeners]) callSafely(listener)
    },
  }
}

/** Calls an application's listener. Its error is printed and does not reach the caller. */
export function callSafely(listener: () => void): void {
  try {
    listener()
  } catch (error) {
    console.error(error)
  }
}
