import type { Core } from '../core.ts'

const SAVE_DELAY_MS = 1000

/** The latest snapshot of a list in the store. It is shown at once the next time. */
export function createCache<T>({ clock, store }: Pick<Core, 'clock' | 'store'>, key: string) {
  let timer: unknown
  return {
    load: async () => (await store.get(key)) as T | undefined,
    /** Stores soon what `snapshot` returns then. Bursts of changes are stored once. */
    save(snapshot: () => T): void {
      timer ??= clock.setTimeout(() => {
        timer = undefined
        void store.set(key, snapshot())
      }, SAVE_DELAY_MS)
    },
    stop: () => clock.clearTimeout(timer),
  }
}
