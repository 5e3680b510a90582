import { useEffect, useState } from 'preact/hooks'

const HIGHLIGHT_MS = 2000

/** The `seq` of an entry that is pointed out for a moment. */
export function useHighlight(): readonly [seq: number | undefined, highlight: (seq: number) => void] {
  const [highlighted, setHighlighted] = useState<{ readonly seq: number }>()
  useEffect(() => {
    if (!highlighted) return
    const timer = setTimeout(() => setHighlighted(undefined), HIGHLIGHT_MS)
    return () => clearTimeout(timer)
  }, [highlighted])
  return [highlighted?.seq, (seq) => setHighlighted({ seq })]
}
