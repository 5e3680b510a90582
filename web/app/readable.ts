import { useLayoutEffect, useReducer } from 'preact/hooks'
import type { Readable } from '../../client/index.ts'

/** The current snapshot. The component renders again after each change. */
export function useReadable<T>(readable: Readable<T>): T {
  const [, renderAgain] = useReducer<number, void>((count) => count + 1, 0)
  const snapshot = readable.getSnapshot()
  useLayoutEffect(() => {
    // It may have changed since it was rendered.
    if (!Object.is(readable.getSnapshot(), snapshot)) renderAgain()
    return readable.subscribe(renderAgain)
  }, [readable])
  return snapshot
}
