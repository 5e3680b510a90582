import { WebSocket } from 'ws'
import type { Random } from '../../model/random.ts'
import { backOff, type Timing } from './timing.ts'

type Frame = Readonly<Record<string, unknown>>

export interface SocketListener {
  opened(): void
  received(frame: Frame): void
  /** Called when a connection ends or cannot be opened. Another attempt follows unless the socket was stopped. */
  closed(code: number): void
}

export interface SocketOptions {
  readonly url: string
  readonly timing: Timing
  readonly random: Random
}

/** A WebSocket that reconnects after a pause with jitter whenever it closes. */
export class ReconnectingSocket {
  readonly #options: SocketOptions
  readonly #listener: SocketListener
  #socket: WebSocket | undefined
  #timer: NodeJS.Timeout | undefined
  #failures = 0
  #stopped = true

  constructor(options: SocketOptions, listener: SocketListener) {
    this.#options = options
    this.#listener = listener
  }

  start(): void {
    this.#stopped = false
    this.#open()
  }

  /** Resets the back-off, once the client has authenticated. */
  resetBackOff(): void {
    this.#failures = 0
  }

  send(frame: Frame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }

  /** Terminates the connection without a close frame; another one follows. */
  drop(): void {
    const socket = this.#socket
    if (!socket) return
    this.#socket = undefined
    socket.terminate()
    this.#ended(1006)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    const socket = this.#socket
    this.#socket = undefined
    socket?.terminate()
  }

  #open(): void {
    const { url } = this.#options
    const socket = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: 30_000 })
    this.#socket = socket
    const ifCurrent = (act: () => void) => {
      if (this.#socket === socket) act()
    }
    socket.on('open', () => ifCurrent(() => this.#listener.opened()))
    socket.on('message', (data) =>
      ifCurrent(() => this.#listener.received(JSON.parse(data.toString()) as Frame)),
    )
    // An error is always followed by 'close'.
    socket.on('error', () => undefined)
    socket.on('close', (code) =>
      ifCurrent(() => {
        this.#socket = undefined
        this.#ended(code)
      }),
    )
  }

  #ended(code: number): void {
    this.#listener.closed(code)
    if (this.#stopped) return
    const { timing, random } = this.#options
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#open(), backOff(timing, this.#failures++, random))
  }
}
