import type { ConnectionHandlers } from '../connection/connection.ts'
import type { Connection, LinkStatus, TabEvent } from '../core.ts'
import type { Clock } from '../types.ts'
import type { ClientFrame, ErrorCode, ServerFrame } from '../wire.ts'
import { isObject, type TabMessage } from './channel.ts'
import { createJoins } from './joins.ts'
import { connecting } from './status.ts'

/** The leader's work: it owns the connection, and shares it with the other tabs. */
export interface Leader {
  readonly connection: Connection
  start(): void
  stop(): void
  /** Sends the frame of a tab. */
  send(tab: string, frame: ClientFrame): void
  /** Does what another tab asks for. */
  serve(message: TabMessage): void
}

interface Deps {
  readonly clock: Clock
  connect(handlers: ConnectionHandlers): Connection
  /** The status has changed, or a tab has asked for it. */
  onStatus(status: LinkStatus): void
  onEvent(event: TabEvent): void
  /** An answer for the tab whose request it names. */
  answer(frame: ServerFrame): void
}

export function createLeader({ clock, connect, onStatus, onEvent, answer }: Deps): Leader {
  let isLeading = false
  let status = connecting(clock)
  const connection = connect({ onFrame, onStatus: report })
  const joins = createJoins({ clock, send, answer, refuse })

  function report(next: LinkStatus) {
    if (!isLeading) return
    if (next.session !== status.session) joins.clear()
    status = next
    onStatus(next)
  }

  function onFrame(frame: object) {
    if (!isLeading || !isObject(frame)) return
    if (typeof frame['type'] === 'string') {
      const known = frame as unknown as ServerFrame
      joins.onFrame(known)
      onEvent({ kind: 'frame', frame: known })
    } else {
      joins.interrupt()
      onEvent({ kind: 'platform-error' })
    }
  }

  function sendFor(tab: string, frame: ClientFrame) {
    if (frame.type === 'join_conversation') joins.join(tab, frame)
    else if (frame.type === 'leave_conversation') joins.leave(tab, frame)
    else send(frame)
  }

  function send(frame: ClientFrame) {
    if (!connection.send(frame)) refuse(frame)
  }

  function refuse({ request_id }: ClientFrame) {
    if (!request_id) return
    // The tab that asked reads it like an error of the server, except for the code, which the server does not know.
    answer({
      type: 'error',
      request_id,
      code: 'network' as ErrorCode,
      message: 'not connected',
      retryable: true,
    })
  }

  return {
    connection,
    start() {
      isLeading = true
      joins.clear()
      report(connecting(clock))
      connection.start()
    },
    stop() {
      if (!isLeading) return
      report(connecting(clock))
      isLeading = false
      connection.stop()
    },
    send: sendFor,
    serve(message) {
      switch (message.kind) {
        case 'ask':
          onStatus(status)
          return connection.beat()
        case 'send':
          return sendFor(message.from, message.frame)
        case 'probe':
          return connection.probe()
        case 'bye':
          return joins.leaveAll(message.from)
      }
    },
  }
}
