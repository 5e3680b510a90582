import type { LinkStatus } from '../core.ts'
import type { Clock } from '../types.ts'

/** Publishes the status whenever it has changed. */
export function createStatus(clock: Clock, onStatus: (status: LinkStatus) => void) {
  let status: LinkStatus = { phase: 'connecting', since: clock.now(), session: 0, rotated: false }
  let published = ''
  return {
    /** Another socket has authenticated. */
    countSession(rotated: boolean): void {
      status = { ...status, session: status.session + 1, rotated }
    },
    publish(phase: LinkStatus['phase'], reason: string | undefined, retryAt: number | undefined): void {
      const { session, rotated } = status
      const since = phase === status.phase ? status.since : clock.now()
      status = {
        phase,
        since,
        session,
        rotated,
        ...(retryAt === undefined ? {} : { retryAt }),
        ...(reason === undefined ? {} : { reason }),
      }
      const text = JSON.stringify(status)
      if (text === published) return
      published = text
      onStatus(status)
    },
  }
}
