import { useLayoutEffect } from 'preact/hooks'
import type { Row } from './rows.ts'
import type { Reading } from './use-reading.ts'
import type { Scroller } from './use-scroller.ts'

/** Opens the view at the divider if there is one, otherwise at the end. Returns to the divider after an outage. */
export function useFirstView(
  rows: readonly Row[],
  { hasOpened, missedSeq }: Reading,
  scroller: Scroller,
): void {
  function toDivider(): void {
    const index = rows.findIndex(({ isFirstNew }) => isFirstNew)
    if (index >= 0) scroller.toRow(index, 'start')
  }
  useLayoutEffect(() => {
    if (hasOpened) toDivider()
  }, [hasOpened])
  useLayoutEffect(() => {
    // A user who reads older messages stays there.
    if (missedSeq && scroller.follows()) toDivider()
  }, [missedSeq])
}
