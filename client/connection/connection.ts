import { backoffMs } from '../backoff.ts'
import type { Connection, LinkStatus } from '../core.ts'
import { SignedOut } from '../errors.ts'
import type { Page } from '../types.ts'
import { createFallback } from './fallback.ts'
import { createReceiver } from './receiver.ts'
import { type Attempt, establish, type Session, type SessionDeps } from './session.ts'
import { createStatus } from './status.ts'
import { createUpkeep, type Upkeep } from './upkeep.ts'

/** A hidden tab makes one attempt in this time. */
const HIDDEN_RETRY_MS = 60_000
/** While polling works, the socket is tried after this time, or up to twice of it. */
const POLLING_RETRY_MS = 30_000
/** After a `beat`, somebody is assumed to look for this long. */
const BEAT_MS = 30_000

export interface ConnectionDeps extends SessionDeps {
  readonly page: Page
  /** One round of polling; rejects if it did not work. */
  poll(): Promise<unknown>
}

export interface ConnectionHandlers {
  /** Every frame, also those of the platform, which have no `type`. */
  onFrame(frame: object): void
  onStatus(status: LinkStatus): void
}

/** Only `enter` changes it. */
type State =
  | { readonly name: 'stopped' }
  | { readonly name: 'connecting'; readonly attempt: Attempt }
  | { readonly name: 'waiting'; readonly retryAt: number }
  | { readonly name: 'online'; readonly session: Session; readonly upkeep: Upkeep }
  | { readonly name: 'replaced' | 'signed-out' }

/**
 * Keeps one socket: connects and authenticates, connects again after a loss, and polls while no socket can be opened.
 * An alarm is set for whatever is due next; what is due is judged by the clock alone.
 */
export function createConnection(
  deps: ConnectionDeps,
  { onFrame, onStatus }: ConnectionHandlers,
): Connection {
  const { clock, random, page } = deps
  let state: State = { name: 'stopped' }
  let reason: string | undefined
  let failures = 0
  let beatUntil = 0
  let alarm: unknown

  const isActive = () => page.isVisible() || clock.now() < beatUntil
  const status = createStatus(clock, onStatus)
  const fallback = createFallback({ clock, random, isActive, poll: deps.poll, onChange: () => update() })
  const receiver = createReceiver(clock, onFrame, onError)
  const open = (replaces?: string) => establish(deps, { onFrame: receiver.receive, onClose }, replaces)

  /** Leaves the current state and begins another one. */
  function enter(next: State): void {
    const last = state
    state = next
    if (last.name === 'connecting' && next.name !== 'online') last.attempt.abandon()
    if (last.name === 'online') {
      last.upkeep.stop()
      if (next.name === 'online') receiver.retire(last.session)
      else {
        receiver.end()
        last.session.close()
      }
    }
    if (next.name !== 'connecting' && next.name !== 'waiting') fallback.reset()
    update()
  }

  /** Publishes the status and sets the alarm. */
  function update(): void {
    clock.clearTimeout(alarm)
    if (state.name === 'stopped') return
    status.publish(phase(), reason, state.name === 'waiting' ? state.retryAt : undefined)
    const at = Math.min(fallback.dueAt(), dueAt(state))
    if (at < Number.POSITIVE_INFINITY) alarm = clock.setTimeout(check, Math.max(0, at - clock.now()))
  }

  function phase(): LinkStatus['phase'] {
    if (state.name === 'online' || state.name === 'replaced' || state.name === 'signed-out') return state.name
    if (fallback.works === undefined) return 'connecting'
    return fallback.works ? 'polling' : 'offline'
  }

  function check(): void {
    fallback.check()
    if (state.name === 'waiting' && state.retryAt <= clock.now()) connect()
    if (state.name === 'online') state.upkeep.check()
    update()
  }

  function connect(): void {
    const attempt = open()
    const isCurrent = () => state.name === 'connecting' && state.attempt === attempt
    enter({ name: 'connecting', attempt })
    attempt.session.then(
      (session) => {
        if (isCurrent()) begin(session, false)
      },
      (error: unknown) => {
        if (!isCurrent()) return
        if (error instanceof SignedOut) return end('signed-out', error.message)
        failures++
        fallback.failed(attempt.hasOpened())
        wait(String(error))
      },
    )
  }

  function begin(session: Session, rotated: boolean): void {
    failures = 0
    reason = undefined
    status.countSession(rotated)
    const upkeep = createUpkeep({
      clock,
      random,
      session,
      isActive,
      replace: open,
      onReplaced: (next) => begin(next, true),
      onLost: lost,
      onSignedOut: (why) => end('signed-out', why),
      onChange: update,
    })
    enter({ name: 'online', session, upkeep })
  }

  function wait(why: string): void {
    reason = why
    enter({ name: 'waiting', retryAt: clock.now() + delayMs() })
  }
  function delayMs(): number {
    if (fallback.works) return POLLING_RETRY_MS * (1 + random())
    if (!isActive() && failures > 1) return HIDDEN_RETRY_MS
    return backoffMs(Math.max(0, failures - 1), random)
  }
  function lost(why: string): void {
    fallback.begin()
    wait(why)
  }
  function end(name: 'replaced' | 'signed-out', why: string): void {
    reason = why
    enter({ name })
  }

  function onClose(session: Session): void {
    if (state.name === 'online' && state.session === session) lost('the connection ended')
  }
  /** An error that concerns the connection rather than a request. */
  function onError(session: Session, code: unknown, message: string): void {
    if (state.name !== 'online' || state.session !== session) return
    if (code === 'replaced') end('replaced', message)
    else if (code === 'reconnect_required') lost(message)
    else if (code === 'token_expired') state.upkeep.renewNow()
  }

  function reconnect(): void {
    failures = 0
    fallback.begin()
    connect()
  }
  return {
    start() {
      if (state.name === 'stopped') reconnect()
    },
    stop: () => enter({ name: 'stopped' }),
    send: (frame) => state.name === 'online' && state.session.send(frame),
    beat() {
      beatUntil = clock.now() + BEAT_MS
      if (state.name !== 'stopped') check()
    },
    probe() {
      if (state.name === 'online') state.upkeep.probe()
      else if (state.name === 'waiting' || (state.name === 'replaced' && page.isVisible())) connect()
    },
    reconnect,
  }
}

const dueAt = (state: State): number => {
  if (state.name === 'waiting') return state.retryAt
  return state.name === 'online' ? state.upkeep.dueAt() : Number.POSITIVE_INFINITY
}
