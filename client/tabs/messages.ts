import type { LinkStatus, TabEvent } from '../shared.ts'
import type { Channel, Tabs } from '../types.ts'
import type { ClientFrame } from '../wire.ts'

/** The version of these messages. Tabs that loaded different versions of the library do not share a connection. */
export const VERSION = 1

/** What a tab asks the leader to do. The leader's status follows, as a sign of life. */
export type Call = 'beat' | 'ping' | 'probe' | 'reconnect'

/** What tabs tell each other. A message has one of these fields; a `frame` comes with its `session`. */
export interface TabMessage {
  /** The status of the leader. The sessions of a later leader have higher numbers. */
  readonly status?: LinkStatus
  /** The leader received a frame, in this session. */
  readonly frame?: object
  readonly session?: number
  /** An event from any tab to all tabs. */
  readonly event?: TabEvent
  /** A frame that the leader is asked to send. */
  readonly send?: ClientFrame
  readonly call?: Call
}

/** A channel without other tabs. */
export const silent: Channel = { post() {}, close() {} }

/** For a page that shares nothing with other tabs. It gets the lock at once. */
export const noTabs: Tabs = {
  lock(_name, _steal, { held }) {
    held()
    return () => {}
  },
  channel: () => silent,
}
