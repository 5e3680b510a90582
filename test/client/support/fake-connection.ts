import type { ConnectionHandlers } from '../../../client/connection/connection.ts'
import type { Connection, LinkStatus } from '../../../client/core.ts'
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

export function fakeConnection(clock: Clock, { onFrame, onStatus }: ConnectionHandlers): FakeConnection {
  const calls: string[] = []
  const sent: ClientFrame[] = []
  let isStarted = false
  let current: LinkStatus = { phase: 'connecting', since: clock.now(), session: 0, rotated: false }
  function status(changes: Partial<LinkStatus>) {
    current = { ...current, ...changes, since: clock.now() }
    onStatus(current)
  }
  return {
    calls,
    sent,
    isStarted: () => isStarted,
    start() {
      calls.push('start')
      isStarted = true
      current = { phase: 'connecting', since: clock.now(), session: 0, rotated: false }
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
    beat: () => void calls.push('beat'),
    probe: () => void calls.push('probe'),
    reconnect: () => void calls.push('reconnect'),
    open: ({ rotated = false } = {}) => status({ phase: 'online', session: current.session + 1, rotated }),
    lose: () => status({ phase: 'connecting', rotated: false }),
    status,
    receive: onFrame,
  }
}
