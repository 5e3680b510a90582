import type { Readable } from './types.ts'

/** Passes values on to listeners. A listener that throws stops neither the others nor the caller. */
export interface Emitter<T> {
  subscribe(listener: (value: T) => void): () => void
  emit(value: T): void
  hasListeners(): boolean
}

export function emitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>()
  return {
    subscribe(listener) {
      // A function for each subscription, so that a listener that subscribes twice is called twice and can end either.
      const call = (value: T) => {
        try {
          listener(value)
        } catch (error) {
          console.error(error)
        }
      }
      listeners.add(call)
      return () => void listeners.delete(call)
    },
    emit(value) {
      for (const call of [...listeners]) call(value)
    },
    hasListeners: () => listeners.size > 0,
  }
}

/** A `Readable` that is also a function, which returns the snapshot. */
export interface Signal<T> extends Readable<T> {
  (): T
}

/** A signal together with the right to change it. */
export interface Source<T> extends Signal<T> {
  /** Does nothing if `next` is the current snapshot. */
  set(next: T): void
  hasListeners(): boolean
}

/** A signal that starts with this snapshot. */
export function source<T>(current: T): Source<T> {
  const { emit, ...listeners } = emitter<void>()
  const read = () => current
  return Object.assign(read, listeners, {
    getSnapshot: read,
    set(next: T) {
      if (next === current) return
      current = next
      emit()
    },
  })
}

/** Whether two arrays have the same elements. If they do, callers keep the old snapshot. */
export const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index])
