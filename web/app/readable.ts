import { useSyncExternalStore } from 'preact/compat'
import type { Readable } from '../../client/index.ts'

/** The current snapshot. The component renders again after each change. */
export function useReadable<T>(readable: Readable<T>): T {
  return useSyncExternalStore(readable.subscribe, readable.getSnapshot)
}
