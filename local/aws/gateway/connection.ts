import { isUtf8 } from 'node:buffer'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { ConnectionFacts } from './connection-facts.ts'
import { frameLimitWatcher } from './frame-limits.ts'
import {
  binaryRefused,
  type Closing,
  defaultReasons,
  goingAway,
  notText,
  protocolError,
  tooLong,
  type WebSocketLimits,
} from './gateway-constants.ts'

export interface ConnectionOptions {
  readonly facts: ConnectionFacts
  readonly webSocket: WebSocket
  /** The underlying socket; its raw bytes are needed to measure each frame. */
  readonly stream: Duplex
  readonly limits: WebSocketLimits
  readonly clock: () => number
  readonly onMessage: (text: string) => void
  readonly onClosed: (closing: Closing) => void
}

/** How a connection closes after the errors that `ws` detects itself; any other error counts as a protocol error. */
const closingByErrorCode: ReadonlyMap<string, Closing> = new Map([
  ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', tooLong],
  ['WS_ERR_INVALID_UTF8', notText],
])

/** Enforces the limits of API Gateway on an accepted WebSocket until it closes. */
export function holdConnection(options: ConnectionOptions) {
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
  /** Hands bytes to the socket, unless too much is already buffered for a client that does not read. */
  const send = (bytes: Buffer): 'delivered' | 'limit_exceeded' | 'gone' => {
    if (!isOpen()) return 'gone'
    if (webSocket.bufferedAmount > limits.sendBufferBytes) return 'limit_exceeded'
    sendText(webSocket, bytes, limits.frameBytes)
    touch()
    return 'delivered'
  }

  // Runs before the listener of `ws`, so that an oversized frame is noticed before its message is dispatched.
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
  // `ws` is already closing the connection, but does not report its own code in the close event.
  webSocket.on('error', (error: NodeJS.ErrnoException) => {
    closedByGateway ??= closingByErrorCode.get(error.code ?? '') ?? protocolError
  })
  webSocket.once('close', (code, reason) => {
    expiry.stop()
    options.onClosed(
      closedByGateway ?? { code, reason: reason.toString('utf8') || (defaultReasons.get(code) ?? '') },
    )
  })

  return {
    facts,
    isOpen,
    /** Milliseconds since 1970 of the last message in either direction. */
    lastActiveAt: () => lastActiveAt,
    send,
    close,
  }
}

/** An accepted connection. */
export type Connection = ReturnType<typeof holdConnection>

/**
 * Enforces the idle time and the lifetime with one timer per connection. The timer is set again only when it fires, so
 * a busy connection causes no timer work. It uses the monotonic clock, so a change of the machine's clock closes no
 * connection.
 */
function expiryTimer({ idleMs, lifetimeMs }: WebSocketLimits, onExpired: () => void) {
  const openedAt = performance.now()
  let touchedAt = openedAt
  let timer: NodeJS.Timeout | undefined
  const arm = () => {
    const remainingMs = Math.min(touchedAt + idleMs, openedAt + lifetimeMs) - performance.now()
    if (remainingMs <= 0) return onExpired()
    timer = setTimeout(arm, Math.ceil(remainingMs))
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

/** Sends posted bytes as text, in frames no longer than a client may send. The fragmentation is unverified. */
function sendText(webSocket: WebSocket, bytes: Buffer, frameBytes: number): void {
  const text = isUtf8(bytes) ? bytes : Buffer.from(bytes.toString('utf8'))
  let offset = 0
  do {
    const next = offset + frameBytes
    webSocket.send(text.subarray(offset, next), { binary: false, fin: next >= text.length })
    offset = next
  } while (offset < text.length)
}
