import { useLayoutEffect } from 'preact/hooks'
import type { Row } from './rows.ts'
import type { Scroller } from './use-scroller.ts'

/** Begins at the divider if there is one, otherwise at the end. */
export function useFirstView(rows: readonly Row[], hasOpened: boolean, scroller: Scroller): void {
  useLayoutEffect(() => {
    const index = hasOpened ? rows.findIndex(({ isFirstNew }) => isFirstNew) : -1
    if (index >= 0) scroller.toRow(index, 'start')
  }, [hasOpened])
}
