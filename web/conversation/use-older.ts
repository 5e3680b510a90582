import { useEffect, useRef, useState } from 'preact/hooks'
import type { Log, Room } from '../../client/index.ts'

/** After a failure, scrolling does not try again before. */
const PAUSE_MS = 2000

/**
 * Loads older entries when the view comes near the start of what is loaded, also because that does not fill the view.
 *
 * @param isNeeded whether the view is near the start
 */
export function useOlder(room: Room, { entries, hasOlder }: Log, isNeeded: () => boolean) {
  const [isLoading, setLoading] = useState(false)
  const isBusy = useRef(false)
  const pausedUntil = useRef(0)
  const first = entries[0]?.seq

  async function load(): Promise<void> {
    const log = room.log.getSnapshot()
    const before = log.entries[0]?.seq
    if (!log.hasOlder || before === undefined || isBusy.current) return
    if (Date.now() < pausedUntil.current || !isNeeded()) return
    isBusy.current = true
    setLoading(true)
    const isBetter = await room.older().then(
      () => room.log.getSnapshot().entries[0]?.seq !== before,
      () => false,
    )
    if (!isBetter) pausedUntil.current = Date.now() + PAUSE_MS
    isBusy.current = false
    setLoading(false)
  }

  // What was loaded may still not be enough.
  useEffect(() => void load(), [room, first, hasOlder, isLoading])
  return { load, isLoading }
}
