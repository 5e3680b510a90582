import { isUtf8 } from 'node:buffer'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import {
  binaryRefused,
  type Closing,
  goingAway,
  notText,
  protocolBroken,
  reasonsNotGiven,
  tooLong,
  type WebSocketLimits,
} from './facts.ts'
import { frameLimitWatcher } from './frame-limits.ts'
import type { ConnectionFacts } from './websocket-events.ts'

/** An open connection, as the rest of the gateway sees it. */
export interface Connection {
  readonly facts: ConnectionFacts
  readonly isOpen: () => boolean
  /** Milliseconds since 1970 of the last message in either direction. */
  readonly lastActiveAt: () => number
  /** Hands bytes to the socket; a client that does not read makes it refuse. */
  readonly send: (bytes: Buffer) => 'delivered' | 'limit_exceeded' | 'gone'
  readonly close: (closing: Closing) => void
}

export interface ConnectionOptions {
  readonly facts: ConnectionFacts
  readonly webSocket: WebSocket
  /** The socket beneath, whose raw bytes tell how long each frame is. */
  readonly stream: Duplex
  readonly limits: WebSocketLimits
  readonly clock: () => number
  readonly onMessage: (text: string) => void
  readonly onClosed: (closing: Closing) => void
}

/** What `ws` calls the breaches that it finds by itself; all others break the protocol. */
const violations: ReadonlyMap<string, Closing> = new Map([
  ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', tooLong],
  ['WS_ERR_INVALID_UTF8', notText],
])

/** Keeps an accepted WebSocket within the limits of API Gateway until it closes. */
export function holdConnection(options: ConnectionOptions): Connection {
  const { facts, webSocket, stream, limits, clock } = options
  let closedByGateway: Closing | undefined
  let lastActiveAt = facts.connectedAt
  const expiry = expiryTimer(limits, () => close(goingAway))

  const isOpen = () => closedByGateway === undefined && webSocket.readyState === webSocket.OPEN
  const touch = () => {
    lastActiveAt = clock()
    expiry.touch()
  }
  const close = (closing: Closing) => {
    if (!isOpen()) return
    closedByGateway = closing
    webSocket.close(closing.code, closing.reason)
  }
  const send = (bytes: Buffer) => {
    if (!isOpen()) return 'gone'
    if (webSocket.bufferedAmount > limits.sendBufferBytes) return 'limit_exceeded'
    sendText(webSocket, bytes, limits.frameBytes)
    touch()
    return 'delivered'
  }

  // Before the listener of `ws`, so that a frame's length is known before its message can be dispatched.
  stream.prependListener(
    'data',
    frameLimitWatcher(limits.frameBytes, () => close(tooLong)),
  )
  webSocket.on('message', (data: Buffer, isBinary: boolean) => {
    if (!isOpen()) return
    if (isBinary) return close(binaryRefused)
    touch()
    options.onMessage(data.toString('utf8'))
  })
  // `ws` has already begun to close, but does not tell its own code when the connection has closed.
  webSocket.on('error', (error: NodeJS.ErrnoException) => {
    closedByGateway ??= violations.get(error.code ?? '') ?? protocolBroken
  })
  webSocket.once('close', (code, reason) => {
    expiry.stop()
    options.onClosed(
      closedByGateway ?? { code, reason: reason.toString('utf8') || (reasonsNotGiven.get(code) ?? '') },
    )
  })

  return { facts, isOpen, lastActiveAt: () => lastActiveAt, send, close }
}

/**
 * One timer per connection, set again only when it fires: a busy connection costs no timer work [F8]. It
 * runs on the monotonic clock, so that setting the machine's clock closes nothing.
 */
function expiryTimer({ idleMs, lifetimeMs }: WebSocketLimits, onExpired: () => void) {
  const openedAt = performance.now()
  let touchedAt = openedAt
  let timer: NodeJS.Timeout | undefined
  const arm = () => {
    const millisLeft = Math.min(touchedAt + idleMs, openedAt + lifetimeMs) - performance.now()
    if (millisLeft <= 0) return onExpired()
    timer = setTimeout(arm, Math.ceil(millisLeft))
    timer.unref()
  }
  arm()
  return {
    touch: () => {
      touchedAt = performance.now()
    },
    stop: () => clearTimeout(timer),
  }
}

/** Posted bytes arrive as text [F5], in frames no longer than a client may send [A9, unverified]. */
function sendText(webSocket: WebSocket, bytes: Buffer, frameBytes: number): void {
  const text = isUtf8(bytes) ? bytes : Buffer.from(bytes.toString('utf8'))
  let offset = 0
  do {
    const next = offset + frameBytes
    webSocket.send(text.subarray(offset, next), { binary: false, fin: next >= text.length })
    offset = next
  } while (offset < text.length)
}
