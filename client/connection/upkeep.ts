import { type RequestError, SignedOut } from '../errors.ts'
import { lost, type Session, type SessionDeps } from './session.ts'
import { renewAt } from './tokens.ts'

const MINUTE_MS = 60_000
/** The interval between pings while the chat is visible. API Gateway closes a connection after ten silent minutes. */
export const ACTIVE_PING_MS = 50_000
export const IDLE_PING_MS = 8.5 * MINUTE_MS
const PONG_MS = 10_000
/** How long to wait for a `pong` if the connection is probably dead, for example after the machine has slept. */
const PROBE_MS = 3000
/** A check that is late by more than this was held up: the machine has slept or the page was suspended. */
const LATE_MS = 5000
/** How long to wait after a `ping` that was refused. */
const AGAIN_MS = 2000
/** API Gateway closes every connection after two hours. */
const LIFETIME_MS = 120 * MINUTE_MS
/** A connection is replaced at a random time between these ages, so that not all clients do it at once. */
export const ROTATE_AFTER_MS = 105 * MINUTE_MS
const ROTATE_WITHIN_MS = 10 * MINUTE_MS

/** What keeps a session alive: a `ping`, the renewal of the token, and rotation before API Gateway closes it. */
export interface Upkeep {
  dueAt(): number
  /** Does everything that is due by the clock, however late it is called. */
  check(): void
  /** Sends a `ping` now, and waits 10 s for its `pong`, or 3 s if the connection is probably dead. */
  probe(isProbablyDead: boolean): void
  renew(): void
  /** Whether a rotation is unfinished: the server may have replaced this connection with one that is not ready. */
  isRotating(): boolean
  stop(): void
}

/**
 * @param open opens a connection that takes the place of this one
 * @param onChange called if `dueAt` has changed
 */
export function createUpkeep(
  { clock, random }: SessionDeps,
  session: Session,
  isActive: () => boolean,
  open: (replaces: string) => Session,
  onReplaced: (next: Session) => void,
  onEnd: (session: Session, error: Error) => void,
  onChange: () => void,
): Upkeep {
  const { now } = clock
  const intervalMs = () => (isActive() ? ACTIVE_PING_MS : IDLE_PING_MS)
  let pingedAt = now()
  let probedAt = 0
  let probedForMs = 0
  let renewalAt = renewAt(now(), session.expiresAt)
  let isRenewing = false
  let rotateAt = now() + ROTATE_AFTER_MS + random() * ROTATE_WITHIN_MS
  let rotation: Session | undefined

  function ping(timeoutMs: number): void {
    pingedAt = now()
    session.request('ping', {}, timeoutMs).catch(({ code }: RequestError) => {
      if (code === 'timeout') onEnd(session, lost())
      else if (code !== 'network') {
        // The refusal shows that the connection is alive, but it lacks what the `pong` would have said.
        pingedAt = now() + AGAIN_MS - intervalMs()
        onChange()
      }
    })
  }

  function onError(error: Error): void {
    if (error instanceof SignedOut) onEnd(session, error)
  }

  /** Tries again every minute until it succeeds. If the clock is wrong by hours, renews the token every minute. */
  async function renew(): Promise<void> {
    if (isRenewing) return
    isRenewing = true
    renewalAt = now() + MINUTE_MS
    await session.renew().then(() => {
      const at = renewAt(now(), session.expiresAt)
      if (at > now()) renewalAt = at
    }, onError)
    isRenewing = false
    onChange()
  }

  /** Opens a second connection, and only then gives up the first one. A failed attempt is repeated every minute. */
  function rotate(): void {
    rotateAt = now() + MINUTE_MS
    rotation?.close()
    const next = open(session.connectionId)
    rotation = next
    next.ready.then(() => {
      rotation = undefined
      onReplaced(next)
    }, onError)
  }

  return {
    dueAt: () => Math.min(pingedAt + intervalMs(), renewalAt, rotateAt),
    check() {
      // The clock may have been set back.
      const setBackMs = Math.max(0, pingedAt - now())
      pingedAt -= setBackMs
      rotateAt -= setBackMs
      const lateMs = now() - pingedAt - intervalMs()
      if (session.since + LIFETIME_MS <= now()) return onEnd(session, lost())
      if (lateMs >= 0) ping(lateMs > LATE_MS ? PROBE_MS : PONG_MS)
      if (renewalAt <= now()) void renew()
      if (rotateAt <= now()) rotate()
    },
    probe(isProbablyDead) {
      const timeoutMs = isProbablyDead ? PROBE_MS : PONG_MS
      // Several tabs, several requests, and several events of one page ask for the same probe, which is sent once. But
      // after a machine has woken, a late timer may just have sent a probe with a long timeout. A probe with a short
      // timeout then still follows.
      if (Math.abs(now() - probedAt) < PROBE_MS && probedForMs <= timeoutMs) return
      probedAt = now()
      probedForMs = timeoutMs
      ping(timeoutMs)
    },
    renew: () => void renew(),
    isRotating: () => !!rotation,
    stop: () => rotation?.close(),
  }
}
