import type { LinkStatus, TabEvent } from '../core.ts'
import type { Tabs } from '../types.ts'
import type { ClientFrame, ServerFrame } from '../wire.ts'
import { silent } from './no-tabs.ts'

/** The version of these messages. Tabs that loaded different versions of the library do not share a connection. */
const VERSION = 1

/** What tabs tell each other. */
export type Message =
  /** A tab asks the leader for its status, and for a sign of life. */
  | { readonly kind: 'ask' }
  /** The status of the leader. Of two leaders, the one with the higher term leads. */
  | { readonly kind: 'status'; readonly term: number; readonly status: LinkStatus }
  /** The leader is silent, and a tab takes the lock from it. */
  | { readonly kind: 'steal' }
  /** An event for all tabs, from a tab that follows or is the leader of this term. */
  | { readonly kind: 'event'; readonly term: number; readonly event: TabEvent }
  /** A tab asks the leader to send a frame. */
  | { readonly kind: 'send'; readonly frame: ClientFrame }
  /** The leader answers a frame that it has not sent. */
  | { readonly kind: 'answer'; readonly frame: ServerFrame }
  /** A tab asks the leader to check that the connection is alive. */
  | { readonly kind: 'probe' }
  /** A tab is closed or suspended. */
  | { readonly kind: 'bye' }
  | { readonly kind: 'reconnect' }

/** A message in its envelope; `from` is the id of a tab. */
export type TabMessage = Message & { readonly version: typeof VERSION; readonly from: string }

/** For each kind, the field that must be an object. */
const fields: { readonly [K in Message['kind']]: string | undefined } = {
  ask: undefined,
  status: 'status',
  steal: undefined,
  event: 'event',
  send: 'frame',
  answer: 'frame',
  probe: undefined,
  bye: undefined,
  reconnect: undefined,
}

/** Undefined for whatever another version of the library or another script has posted. */
function readMessage(value: unknown): TabMessage | undefined {
  if (!isObject(value) || value['version'] !== VERSION || typeof value['from'] !== 'string') return undefined
  const kind = String(value['kind'])
  if (!Object.hasOwn(fields, kind)) return undefined
  const field = fields[kind as Message['kind']]
  return field === undefined || isObject(value[field]) ? (value as unknown as TabMessage) : undefined
}

/** The name of what only tabs of this version share. */
export const versioned = (name: string) => `${name}/${VERSION}`

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The channel of the tabs that share a connection. */
export interface TabChannel {
  open(name: string): void
  close(): void
  post(message: Message): void
}

export function createTabChannel(
  tabs: Tabs,
  tab: string,
  onMessage: (message: TabMessage) => void,
): TabChannel {
  let channel = silent
  return {
    open(name) {
      if (channel !== silent) return
      channel = tabs.channel(versioned(name), (value) => {
        const message = readMessage(value)
        if (message) onMessage(message)
      })
    },
    close() {
      channel.close()
      channel = silent
    },
    post: (message) => channel.post({ ...message, version: VERSION, from: tab }),
  }
}
