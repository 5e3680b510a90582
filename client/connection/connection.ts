import { backoffMs } from '../backoff.ts'
import type { Connection } from '../core.ts'
import { SignedOut } from '../errors.ts'
import type { LinkStatus } from '../shared.ts'
import type { Page } from '../types.ts'
import { createFallback, type Fallback } from './fallback.ts'
import { createReceiver } from './receiver.ts'
import { establish, type Session, type SessionDeps } from './session.ts'
import { createUpkeep, type Upkeep } from './upkeep.ts'

const NEVER = Number.POSITIVE_INFINITY
/** The interval between the attempts of a hidden tab. */
const HIDDEN_RETRY_MS = 60_000
/** While polling works, the next attempt to open a socket begins after this time, or up to twice as late. */
const POLLING_RETRY_MS = 30_000
/**
 * After a session, `POLLING_RETRY_MS` applies only after this many failures in a row. Where a session was possible,
 * nothing blocks sockets: the server is busy or restarting, and clients should return soon. A browser does not tell why
 * a socket was refused.
 */
const BACKED_OFF = 12
/** After a `beat`, the chat counts as visible for this long. */
const BEAT_MS = 30_000

export interface ConnectionDeps extends SessionDeps {
  readonly page: Page
}

/**
 * Keeps one socket: connects and authenticates, connects again after a loss, and polls while no socket can be opened.
 * An alarm is set for whatever is due next; what is due is judged by the clock alone.
 *
 * @param poll one round of polling; rejects if it did not work, or if a call took longer than the timeout
 * @param onFrame called with every frame, including those of the platform, which have no `type`
 * @param onStatus called whenever something has happened, even if the status is the same as before
 */
export function createConnection(
  deps: ConnectionDeps,
  poll: (timeoutMs?: number) => Promise<unknown>,
  onFrame: (frame: object) => void,
  onStatus: (status: LinkStatus) => void,
): Connection {
  const { clock, random, page } = deps
  const receiver = createReceiver(clock, onFrame, onError)
  /** Why the connection does nothing; undefined while it connects or is connected. */
  let ended: 'stopped' | 'replaced' | 'signed-out' | undefined = 'stopped'
  /** The socket that is open or being opened; if there is none, the next attempt is at `retryAt`. */
  let session: Session | undefined
  let retryAt: number | undefined
  /** Exists while online. Otherwise there is a fallback, unless the connection has ended. */
  let upkeep: Upkeep | undefined
  let fallback: Fallback | undefined
  let failures = 0
  let beatUntil = 0
  let alarm: unknown
  let status = { session: 0, rotated: false } as LinkStatus
  let reason: string | undefined

  const isActive = () => page.isVisible() || clock.now() < beatUntil
  const open = (replaces?: string) => establish(deps, receiver.receive, onEnd, replaces)

  /** Publishes the status and sets the alarm. */
  function update(): void {
    clock.clearTimeout(alarm)
    if (ended === 'stopped') return
    const phase = phaseNow()
    const since = phase === status.phase ? status.since : clock.now()
    status = { ...status, phase, since, retryAt, reason } as LinkStatus
    onStatus(status)
    const waitMs = dueAt() - clock.now()
    if (waitMs < NEVER) alarm = clock.setTimeout(check, Math.max(0, waitMs))
  }
  function phaseNow(): LinkStatus['phase'] {
    if (ended && ended !== 'stopped') return ended
    if (upkeep) return 'online'
    const works = fallback?.works()
    return works ? 'polling' : works === false ? 'offline' : 'connecting'
  }
  const dueAt = () => Math.min(retryAt ?? NEVER, (upkeep ?? fallback)?.dueAt() ?? NEVER)

  function check(): void {
    // The clock may have been set back.
    if (retryAt !== undefined) retryAt = Math.min(retryAt, clock.now() + HIDDEN_RETRY_MS)
    const current = upkeep ?? fallback
    current?.check()
    if (retryAt !== undefined && retryAt <= clock.now()) connect()
    update()
  }

  /** Lets go of whatever is open or being opened. */
  function close(): void {
    upkeep?.stop()
    session?.close()
    receiver.end()
    session = upkeep = retryAt = undefined
  }

  function connect(): void {
    close()
    ended = undefined
    fallback ??= createFallback(deps, isActive, poll, status.session > 0, update)
    const next = open()
    session = next
    next.ready.then(
      () => session === next && begin(next, false),
      (error: Error) => onEnd(next, error),
    )
    update()
  }

  function begin(next: Session, rotated: boolean): void {
    session = next
    upkeep = createUpkeep(deps, next, isActive, open, onReplaced, onEnd, update)
    fallback = reason = undefined
    failures = 0
    status = { ...status, session: status.session + 1, rotated }
    update()
  }
  function onReplaced(next: Session): void {
    if (session) receiver.retire(session)
    begin(next, true)
  }

  /** The socket has ended, or could not be opened. */
  function onEnd(which: Session, error: Error) {
    if (which !== session) return
    if (error instanceof SignedOut) return end('signed-out', error.message)
    failures = upkeep ? 0 : failures + 1
    if (!which.hasOpened) fallback?.failed()
    close()
    fallback ??= createFallback(deps, isActive, poll, status.session > 0, update)
    reason = error.message
    retryAt = clock.now() + delayMs()
    update()
  }
  function delayMs(): number {
    const patience = status.session && BACKED_OFF
    if (fallback?.works() && failures > patience) return POLLING_RETRY_MS * (1 + random())
    if (!isActive() && failures > 1) return HIDDEN_RETRY_MS
    return backoffMs(Math.max(0, failures - 1), random)
  }

  function end(why: typeof ended, message?: string): void {
    close()
    fallback = undefined
    ended = why
    reason = message
    update()
  }

  /** Some errors concern the connection rather than a request. */
  function onError(which: Session, code: unknown, message: string): void {
    if (which !== session) return
    if (code === 'replaced' && !upkeep?.isRotating()) end(code, message)
    else if (code === 'replaced' || code === 'reconnect_required') onEnd(which, new Error(message))
    else if (code === 'token_expired') upkeep?.renew()
  }

  function reconnect(): void {
    failures = 0
    fallback = undefined
    connect()
  }
  return {
    start: reconnect,
    stop: () => end('stopped'),
    send: (frame) => !!upkeep && !!session?.send(frame),
    beat() {
      beatUntil = clock.now() + BEAT_MS
      check()
    },
    ping() {
      upkeep?.probe(false)
      update()
    },
    probe() {
      upkeep?.probe(true)
      if (retryAt !== undefined) connect()
      update()
    },
    reconnect,
  }
}
