import type { Connection } from '../../../client/core.ts'
import type { LinkStatus } from '../../../client/shared.ts'
import type { Clock } from '../../../client/types.ts'
import type { ClientFrame } from '../../../client/wire.ts'

/** A connection whose server is the test. */
export interface FakeConnection extends Connection {
  /** What was called, apart from `send`. */
  readonly calls: string[]
  readonly sent: ClientFrame[]
  isStarted(): boolean
  /** A session begins; `rotated` if it takes the place of an open one. */
  open(options?: { rotated?: boolean }): void
  /** The session is lost. */
  lose(): void
  status(changes: Partial<LinkStatus>): void
  receive(frame: object): void
}

export function fakeConnection(
  clock: Clock,
  onFrame: (frame: object) => void,
  onStatus: (status: LinkStatus) => void,
): FakeConnection {
  const calls: string[] = []
  const sent: ClientFrame[] = []
  let isStarted = false
  let current: LinkStatus = { phase: 'connecting', since: clock.now(), session: 0, rotated: false }
  function status(changes: Partial<LinkStatus>) {
    current = { ...current, ...changes, since: clock.now() }
    onStatus(current)
  }
  /** The real connection reports its status after each call. */
  function called(name: string) {
    calls.push(name)
    onStatus(current)
  }
  return {
    calls,
    sent,
    isStarted: () => isStarted,
    start() {
      calls.push('start')
      isStarted = true
      status({ phase: 'connecting', rotated: false })
    },
    stop() {
      calls.push('stop')
      isStarted = false
    },
    send(frame) {
      if (!isStarted || current.phase !== 'online') return false
      sent.push(frame)
      return true
    },
    beat: () => called('beat'),
    ping: () => called('ping'),
    probe: () => called('probe'),
    reconnect: () => called('reconnect'),
    open: ({ rotated = false } = {}) => status({ phase: 'online', session: current.session + 1, rotated }),
    lose: () => status({ phase: 'connecting', rotated: false }),
    status,
    receive: onFrame,
  }
}
