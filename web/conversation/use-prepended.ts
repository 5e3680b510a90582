import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { countPrepended, type Row } from './rows.ts'

/**
 * The rows to show, and whether older ones were put before those that were shown. The list keeps its position only if
 * nothing else changes at the same time, so newer rows follow in the next rendering.
 */
export function usePrepended(rows: readonly Row[]): {
  readonly shown: readonly Row[]
  readonly isPrepended: boolean
} {
  const before = useRef<readonly Row[]>([])
  const [, renderAgain] = useState(0)
  const added = countPrepended(before.current, rows)
  const expected = before.current.length + added
  const shown = added > 0 && rows.length > expected ? rows.slice(0, expected) : rows
  useLayoutEffect(() => {
    before.current = shown
    if (shown !== rows) renderAgain((count) => count + 1)
  })
  return { shown, isPrepended: added > 0 }
}
