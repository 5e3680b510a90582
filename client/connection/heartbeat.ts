import { RequestError } from '../errors.ts'
import type { Clock } from '../types.ts'
import type { Session } from './session.ts'

/** While somebody looks. API Gateway closes a connection after ten silent minutes. */
const ACTIVE_MS = 50_000
const IDLE_MS = 8.5 * 60_000
const PONG_MS = 10_000
/** For a connection that is probably dead, for example after the machine has slept. */
const PROBE_MS = 3000
/** A check that comes later than this was held up: the machine has slept or the page was suspended. */
const LATE_MS = 5000
/** After a `ping` that was refused. */
const AGAIN_MS = 2000

export interface Heartbeat {
  /** When the next `ping` is due. */
  dueAt(): number
  /** Sends a `ping` if one is due. */
  check(): void
  /** Sends a `ping` now, unless an earlier probe still waits, and waits only 3 s for its `pong`. */
  probe(): void
}

interface HeartbeatDeps {
  readonly clock: Clock
  readonly session: Session
  isActive(): boolean
  onDead(): void
  /** `dueAt` has changed. */
  onChange(): void
}

/** Keeps a connection open and notices when it is dead. */
export function createHeartbeat({ clock, session, isActive, onDead, onChange }: HeartbeatDeps): Heartbeat {
  let sentAt = clock.now()
  let againAt: number | undefined
  let isProbing = false
  const dueAt = () => againAt ?? sentAt + (isActive() ? ACTIVE_MS : IDLE_MS)

  function ping(timeoutMs: number): Promise<unknown> {
    sentAt = clock.now()
    againAt = undefined
    return session.request('ping', {}, timeoutMs).catch((error: unknown) => {
      const code = error instanceof RequestError ? error.code : 'network'
      if (code === 'timeout') onDead()
      if (code === 'timeout' || code === 'network') return
      // Refused, so the line is alive, but what the server would have said is still unknown.
      againAt = clock.now() + AGAIN_MS
      onChange()
    })
  }
  return {
    dueAt,
    check() {
      const lateMs = clock.now() - dueAt()
      if (lateMs >= 0) void ping(lateMs > LATE_MS ? PROBE_MS : PONG_MS)
    },
    probe() {
      // Several tabs, and several events of one page, ask for the same probe.
      if (isProbing) return
      isProbing = true
      void ping(PROBE_MS).finally(() => {
        isProbing = false
      })
    },
  }
}
