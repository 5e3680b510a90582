import { useLayoutEffect, useMemo, useReducer, useRef } from 'preact/hooks'
import type { Readable } from '../../client/index.ts'

/** The current snapshot. The component renders again after each change. */
export function useReadable<T>(readable: Readable<T>): T {
  const [, renderAgain] = useReducer<number, void>((count) => count + 1, 0)
  const shown = useRef<T>(undefined as T)
  shown.current = readable.getSnapshot()
  useLayoutEffect(() => {
    function check(): void {
      if (!Object.is(readable.getSnapshot(), shown.current)) renderAgain()
    }
    // The snapshot may have changed since the rendering.
    check()
    return readable.subscribe(check)
  }, [readable])
  return shown.current
}

/** The value of a map under this key. The component renders again only after a change of this value. */
export function useReadableAt<T>(
  map: Readable<ReadonlyMap<string, T>>,
  key: string | undefined,
): T | undefined {
  const { subscribe, getSnapshot } = map
  const value = useMemo(() => ({ subscribe, getSnapshot: () => getSnapshot().get(key ?? '') }), [map, key])
  return useReadable(value)
}
