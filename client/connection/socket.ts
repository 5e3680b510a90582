import type { ChatOptions, Clock, Socket } from '../types.ts'

const OPEN_TIMEOUT_MS = 5000

export interface SocketDeps {
  readonly url: string
  readonly WebSocket: NonNullable<ChatOptions['WebSocket']>
  readonly clock: Clock
}

export interface SocketHandlers {
  onOpen(): void
  onFrame(frame: { readonly [field: string]: unknown }, text: string): void
  /** At most once, and never after `close`. */
  onClose(): void
}

export interface OpenSocket {
  /** False if the socket is not open. */
  send(frame: object): boolean
  close(): void
}

/** Opens a socket. One that has not opened within 5 s counts as closed. Nothing is heard of it after its end. */
export function openSocket({ url, WebSocket, clock }: SocketDeps, handlers: SocketHandlers): OpenSocket {
  let socket: Socket | undefined
  let isOpen = false
  const timer = clock.setTimeout(end, OPEN_TIMEOUT_MS)

  function close(): void {
    clock.clearTimeout(timer)
    isOpen = false
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
    socket = undefined
  }
  function end(): void {
    close()
    handlers.onClose()
  }

  try {
    socket = new WebSocket(url)
    socket.onopen = () => {
      clock.clearTimeout(timer)
      isOpen = true
      handlers.onOpen()
    }
    socket.onmessage = ({ data }) => {
      const frame = parse(data)
      if (frame) handlers.onFrame(frame, data as string)
    }
    // Never removed: without it, some implementations throw when a socket is closed that is still opening.
    socket.onerror = () => {}
    socket.onclose = end
  } catch {
    // For example a browser that forbids the address: the timer reports it like any other failure.
  }
  return {
    send(frame) {
      if (isOpen) socket?.send(JSON.stringify(frame))
      return isOpen
    },
    close,
  }
}

function parse(data: unknown) {
  try {
    const frame = JSON.parse(data as string)
    return typeof frame === 'object' ? frame : undefined
  } catch {
    return undefined
  }
}
