import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import type { Log } from '../../client/index.ts'
import type { Source } from '../../client/readable.ts'
import { useReadable } from '../app/readable.ts'
import { indexOfSeq } from './rows.ts'
import type { Target } from './target.ts'
import type { Scroller } from './use-scroller.ts'

const HIGHLIGHT_MS = 2000

/** Scrolls to the target of the list. Returns the `seq` of the entry to highlight. */
export function useTarget(
  targets: Source<Target | undefined>,
  { entries }: Log,
  scroller: Scroller,
): number | undefined {
  const target = useReadable(targets)
  const [highlighted, highlight] = useHighlight()
  useLayoutEffect(() => {
    if (!target) return
    if (target.seq === 'newest') scroller.toEnd()
    else {
      const index = indexOfSeq(entries, target.seq)
      if (index < 0) return
      scroller.toRow(index, 'center')
      highlight(target.seq)
    }
    targets.set(undefined)
  }, [target, entries])
  return highlighted
}

/** The `seq` of an entry that is highlighted for a moment. */
function useHighlight(): readonly [seq: number | undefined, highlight: (seq: number) => void] {
  const [highlighted, setHighlighted] = useState<{ readonly seq: number }>()
  useEffect(() => {
    if (!highlighted) return
    const timer = setTimeout(() => setHighlighted(undefined), HIGHLIGHT_MS)
    return () => clearTimeout(timer)
  }, [highlighted])
  return [highlighted?.seq, (seq) => setHighlighted({ seq })]
}
