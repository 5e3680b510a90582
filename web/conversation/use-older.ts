import { useEffect, useRef, useState } from 'preact/hooks'
import type { Log, Room } from '../../client/index.ts'

/** The pause after a failure. */
const PAUSE_MS = 3000

/**
 * Loads older entries when the view is near the start of what is loaded, or if what is loaded does not fill the view.
 *
 * @param isReady whether the view has its first position
 */
export function useOlder(
  room: Room,
  { entries, hasOlder }: Log,
  isReady: boolean,
  isNearStart: () => boolean,
) {
  const [isLoading, setLoading] = useState(false)
  const isBusy = useRef(false)
  const first = entries[0]?.seq

  async function load(): Promise<void> {
    const log = room.log.getSnapshot()
    const before = log.entries[0]?.seq
    if (!log.hasOlder || before === undefined || isBusy.current) return
    if (!isReady || !isNearStart()) return
    isBusy.current = true
    setLoading(true)
    await room.older().catch(() => undefined)
    const isOlder = room.log.getSnapshot().entries[0]?.seq !== before
    if (!isOlder) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    isBusy.current = false
    setLoading(false)
  }

  // What was loaded may still not be enough, and at the very start, the user cannot scroll to load more.
  useEffect(() => void load(), [room, first, hasOlder, isLoading, isReady])
  return { load, isLoading }
}
