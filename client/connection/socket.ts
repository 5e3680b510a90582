import type { ChatOptions, Clock, Socket } from '../types.ts'

const OPEN_TIMEOUT_MS = 5000

export interface SocketDeps {
  readonly url: string
  readonly WebSocket: NonNullable<ChatOptions['WebSocket']>
  readonly clock: Clock
}

export interface SocketHandlers {
  onOpen(): void
  onFrame(frame: object, text: string): void
  /** At most once, and never after `close`. */
  onClose(hasOpened: boolean): void
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
    if (!socket) return
    const ended = socket
    socket = undefined
    isOpen = false
    ended.onopen = ended.onmessage = ended.onclose = null
    // Some implementations throw errors that nobody listens to, and closing a socket that is still opening is one.
    ended.onerror = () => {}
    ended.close()
  }
  function end(): void {
    const hasOpened = isOpen
    close()
    handlers.onClose(hasOpened)
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
    socket.onerror = () => {}
    socket.onclose = end
  } catch {
    // For example a browser that forbids the address. Reported like any other failure, after this function returns.
    clock.clearTimeout(timer)
    clock.setTimeout(end, 0)
  }
  return {
    send(frame) {
      if (isOpen) socket?.send(JSON.stringify(frame))
      return isOpen
    },
    close,
  }
}

function parse(data: unknown): object | undefined {
  try {
    const frame: unknown = JSON.parse(data as string)
    return typeof frame === 'object' && frame !== null ? frame : undefined
  } catch {
    return undefined
  }
}
