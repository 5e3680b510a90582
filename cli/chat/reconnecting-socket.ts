import { WebSocket } from 'ws'
import type { ClientFrame } from '../../protocol/frames.ts'
import { backOffMs, type Timing } from './timing.ts'

export interface SocketListener {
  opened(): void
  received(text: string): void
  /** The socket closed or could not be opened; the next attempt follows after `pauseMs`, or never if undefined. */
  lost(reason: string, pauseMs: number | undefined): void
}

const HANDSHAKE_TIMEOUT_MS = 15_000
const CLOSE_TIMEOUT_MS = 1000

/** A client frame with the `request_id` that its answer repeats. */
export type Outgoing = ClientFrame & { readonly request_id?: string }

/** A WebSocket that opens at once and reopens whenever it closes, after a pause with jitter. */
export class ReconnectingSocket {
  readonly #url: string
  readonly #timing: Timing
  readonly #listener: SocketListener
  #socket: WebSocket | undefined
  #timer: NodeJS.Timeout | undefined
  #failures = 0

  constructor(url: string, timing: Timing, listener: SocketListener) {
    this.#url = url
    this.#timing = timing
    this.#listener = listener
    this.#open()
  }

  /** Resets the back-off; call it once authenticated. */
  settled(): void {
    this.#failures = 0
  }

  send(frame: Outgoing): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }

  /** Terminates the socket without a closing handshake and reconnects. */
  drop(reason: string): void {
    this.#release((socket) => socket.terminate())
    this.#lost(reason)
  }

  stop(): void {
    this.#release((socket) => {
      socket.close()
      // Do not wait for a server that does not answer the closing handshake.
      setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref()
    })
  }

  #open(): void {
    const options = { perMessageDeflate: false, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }
    const socket = new WebSocket(this.#url, options)
    this.#socket = socket
    let failure: string | undefined
    const isCurrent = () => this.#socket === socket
    socket.on('open', () => isCurrent() && this.#listener.opened())
    socket.on('message', (data) => isCurrent() && this.#listener.received(String(data)))
    // `close` always follows `error`.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.message || error.code
    })
    socket.on('close', (code) => isCurrent() && this.#lost(failure ?? `closed with ${code}`))
  }

  #release(end: (socket: WebSocket) => void): void {
    clearTimeout(this.#timer)
    const socket = this.#socket
    this.#socket = undefined
    if (socket) end(socket)
  }

  #lost(reason: string): void {
    this.#socket = undefined
    const retries = this.#failures < this.#timing.maxReconnects
    const pauseMs = retries ? backOffMs(this.#timing, this.#failures++) : undefined
    if (pauseMs !== undefined) this.#timer = setTimeout(() => this.#open(), pauseMs)
    this.#listener.lost(reason, pauseMs)
  }
}
