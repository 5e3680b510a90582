import type { Socket } from '../../client/types.ts'
import type { Frame } from '../model/receive.ts'
import type { Gateway, Peer } from './gateway.ts'

/** The callbacks through which a device observes its sockets. */
export interface SocketObserver {
  /** False if the network lets no socket through. */
  canConnect(): boolean
  opened(socket: SimulatedSocket): void
  sent(socket: SimulatedSocket, frame: Frame): void
  received(socket: SimulatedSocket, frame: Frame): void
}

/** A `WebSocket` at the simulated gateway. Every frame is observed, whatever the library does with it. */
export class SimulatedSocket implements Socket, Peer {
  readyState = 0
  onopen: Socket['onopen'] = null
  onmessage: Socket['onmessage'] = null
  onerror: Socket['onerror'] = null
  onclose: Socket['onclose'] = null
  connection: string | undefined
  /** When the token of the connection expires. */
  expiresAt = Number.POSITIVE_INFINITY
  readonly #gateway: Gateway
  readonly #observer: SocketObserver

  constructor(gateway: Gateway, observer: SocketObserver) {
    this.#gateway = gateway
    this.#observer = observer
    if (observer.canConnect()) gateway.connect(this)
    else gateway.refuse(this)
  }

  send(text: string): void {
    const frame = JSON.parse(text) as Frame & { readonly type: string }
    if (this.connection === undefined) return
    this.#observer.sent(this, frame)
    this.#gateway.send(this.connection, frame)
  }

  close(): void {
    this.readyState = 3
    if (this.connection !== undefined) this.#gateway.close(this.connection)
  }

  opened(connection: string): void {
    this.connection = connection
    if (this.readyState === 3) {
      this.#gateway.close(connection)
      return
    }
    this.readyState = 1
    this.#observer.opened(this)
    this.onopen?.(undefined as never)
  }

  refused(): void {
    this.closed()
  }

  closed(): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.onclose?.({ code: 1006, reason: '' })
  }

  received(_: string, frame: Frame): void {
    if (this.readyState !== 1) return
    this.#observer.received(this, frame)
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

/** The class that a device passes to the library. */
export const socketsOf = (gateway: Gateway, observer: SocketObserver) =>
  class extends SimulatedSocket {
    constructor() {
      super(gateway, observer)
    }
  }
