import { useEffect, useRef, useState } from 'preact/hooks'
import type { Log } from '../../client/index.ts'
import { arrivedAfter } from './unread.ts'
import type { Scroller } from './use-scroller.ts'

/** How many new messages are below the view. */
export function useArrived(
  { entries, lastReadSeq }: Log,
  userId: string,
  hasOpened: boolean,
  scroller: Scroller,
) {
  const seen = useRef(0)
  const [, renderAgain] = useState(0)
  useEffect(() => {
    if (!hasOpened) seen.current = lastReadSeq
    else if (scroller.follows()) seen.current = entries.at(-1)?.seq ?? 0
  })
  function onScrollEnd(): void {
    const last = entries[scroller.lastVisible()]?.seq ?? 0
    if (last <= seen.current) return
    seen.current = last
    renderAgain((count) => count + 1)
  }
  return { arrived: scroller.isAtEnd ? 0 : arrivedAfter(entries, seen.current, userId).length, onScrollEnd }
}
