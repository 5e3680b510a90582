import { SignedOut } from '../errors.ts'
import { createHeartbeat } from './heartbeat.ts'
import type { Attempt, Session, SessionDeps } from './session.ts'
import { renewAt } from './tokens.ts'

const MINUTE_MS = 60_000
/** API Gateway closes every connection after two hours. */
const LIFETIME_MS = 120 * MINUTE_MS
/** A connection is replaced at a random time between these ages, so that not all clients do it at once. */
const ROTATE_AFTER_MS = 105 * MINUTE_MS
const ROTATE_WITHIN_MS = 10 * MINUTE_MS

/** What keeps a session alive: heartbeat, renewal of the token, and rotation before API Gateway closes it. */
export interface Upkeep {
  dueAt(): number
  /** Does everything that is due by the clock, however late it is called. */
  check(): void
  probe(): void
  /** The server refused a frame because the token has expired. */
  renewNow(): void
  stop(): void
}

interface UpkeepDeps extends Pick<SessionDeps, 'clock' | 'random'> {
  readonly session: Session
  isActive(): boolean
  /** Opens a connection that takes the place of this one. */
  replace(connectionId: string): Attempt
  onReplaced(session: Session): void
  onLost(reason: string): void
  onSignedOut(reason: string): void
  /** `dueAt` has changed. */
  onChange(): void
}

export function createUpkeep(deps: UpkeepDeps): Upkeep {
  const { clock, session, onChange } = deps
  const heartbeat = createHeartbeat({ ...deps, onDead: () => deps.onLost('the connection did not answer') })
  let renewalAt = renewAt(clock.now(), session.expiresAt)
  let isRenewing = false
  let rotateAt = clock.now() + ROTATE_AFTER_MS + deps.random() * ROTATE_WITHIN_MS
  let rotation: Attempt | undefined
  let isStopped = false

  function renew(): void {
    if (isRenewing) return
    isRenewing = true
    // Tries again every minute until it succeeds, and waits as long if the clock is wrong by hours.
    renewalAt = clock.now() + MINUTE_MS
    const settled = (error?: unknown) => {
      isRenewing = false
      if (isStopped) return
      if (error instanceof SignedOut) return deps.onSignedOut(error.message)
      const at = renewAt(clock.now(), session.expiresAt)
      if (error === undefined && at > clock.now()) renewalAt = at
      onChange()
    }
    session.renew().then(() => settled(), settled)
  }

  /** Opens a second connection, and only then lets the first one go. */
  function rotate(): void {
    if (rotation) return
    rotateAt = clock.now() + MINUTE_MS
    rotation = deps.replace(session.connectionId)
    rotation.session.then(
      (next) => {
        rotation = undefined
        if (!isStopped) deps.onReplaced(next)
      },
      (error: unknown) => {
        rotation = undefined
        if (isStopped) return
        if (error instanceof SignedOut) deps.onSignedOut(error.message)
        else onChange()
      },
    )
  }
  return {
    dueAt: () => Math.min(heartbeat.dueAt(), renewalAt, rotation ? Number.POSITIVE_INFINITY : rotateAt),
    check() {
      const now = clock.now()
      if (session.since + LIFETIME_MS <= now) return deps.onLost('the connection was too old')
      heartbeat.check()
      if (renewalAt <= now) renew()
      if (rotateAt <= now) rotate()
    },
    probe: heartbeat.probe,
    renewNow: renew,
    stop() {
      isStopped = true
      rotation?.abandon()
    },
  }
}
