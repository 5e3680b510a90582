import { WebSocket } from 'ws'
import type { Frame } from '../../model/receive.ts'
import type { Client } from './client.ts'
import { backOff, type Timing } from './timing.ts'

/** A WebSocket that reconnects after a pause with jitter whenever it closes. */
export class ReconnectingSocket {
  readonly #client: Client
  readonly #timing: Timing
  #socket: WebSocket | undefined
  #timer: NodeJS.Timeout | undefined
  #failures = 0
  #stopped = true

  constructor(client: Client, timing: Timing) {
    this.#client = client
    this.#timing = timing
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
    const { socketUrl } = this.#client.endpoint
    const socket = new WebSocket(socketUrl, { perMessageDeflate: false, handshakeTimeout: 30_000 })
    this.#socket = socket
    const ifCurrent = (act: () => void) => {
      if (this.#socket === socket) act()
    }
    socket.on('open', () => ifCurrent(() => this.#client.opened()))
    socket.on('message', (data) =>
      ifCurrent(() => this.#client.received(JSON.parse(data.toString()) as Frame)),
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
    this.#client.closed(code)
    if (this.#stopped) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#open(), backOff(this.#timing, this.#failures++, this.#client.random))
  }
}
