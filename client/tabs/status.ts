import type { LinkStatus } from '../core.ts'
import { source } from '../readable.ts'
import type { Clock, Readable } from '../types.ts'

/** The status before anything is known. */
export const connecting = (clock: Clock): LinkStatus => ({
  phase: 'connecting',
  since: clock.now(),
  session: 0,
  rotated: false,
})

/** The status of the connection as one tab sees it. */
export interface TabStatus extends Readable<LinkStatus> {
  /** The term of the leader that this tab follows; 0 before the first one. */
  term(): number
  /** The status of the leader of this term. */
  report(term: number, status: LinkStatus): void
  /** There is no leader, or this tab does not follow it. */
  leave(phase: LinkStatus['phase'], reason?: string): void
}

/**
 * Each leader counts the sessions of its own connection. This tab counts those that it has seen, over all leaders, so
 * that it joins its conversations again after each change. `onSessionLost` is called when no answers come any more.
 */
export function createTabStatus(clock: Clock, onSessionLost: () => void): TabStatus {
  const now = source(connecting(clock))
  let term = 0
  /** The session of that leader, as it counts them; undefined if this tab takes part in none. */
  let current: number | undefined

  function set(next: LinkStatus) {
    if (JSON.stringify(next) !== JSON.stringify(now.getSnapshot())) now.set(next)
  }

  return {
    ...now,
    term: () => term,
    report(from, status) {
      const { session, rotated } = now.getSnapshot()
      const before = current
      term = from
      current = status.phase === 'online' ? status.session : undefined
      if (current !== undefined && current === before) return set({ ...status, session, rotated })
      const isRotation = before !== undefined && current === before + 1 && status.rotated
      if (!isRotation) onSessionLost()
      set({ ...status, session: current === undefined ? session : session + 1, rotated: isRotation })
    },
    leave(phase, reason) {
      current = undefined
      onSessionLost()
      const { session } = now.getSnapshot()
      set({ ...connecting(clock), phase, session, ...(reason === undefined ? {} : { reason }) })
    },
  }
}
