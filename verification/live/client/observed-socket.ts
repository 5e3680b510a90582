import { WebSocket } from 'ws'
import type { Frame } from '../../model/receive.ts'

/** The callbacks through which a device observes its sockets. */
export interface SocketObserver {
  /** An attempt to connect begins. */
  attempted(): void
  sent(socket: ObservedSocket, frame: Frame): void
  received(socket: ObservedSocket, frame: Frame): void
  closed(socket: ObservedSocket, code: number): void
}

/** A socket that shows its observer every frame, including those that the library ignores. */
export class ObservedSocket extends WebSocket {
  /** The id of the connection, once it has authenticated. */
  connection: string | undefined
  /** When its token expires. */
  expiresAt = Number.POSITIVE_INFINITY
  readonly #observer: SocketObserver

  constructor(url: string, observer: SocketObserver) {
    super(url, { perMessageDeflate: false })
    this.#observer = observer
    observer.attempted()
    // The library adds its own listeners later, so these listeners are called first.
    this.on('message', (data) => this.#received(JSON.parse(String(data)) as Frame))
    this.on('close', (code) => observer.closed(this, code))
    // An error is always followed by `close`.
    this.on('error', () => undefined)
  }

  override send(text: string): void {
    this.#observer.sent(this, JSON.parse(text) as Frame)
    super.send(text)
  }

  #received(frame: Frame): void {
    if (frame['type'] === 'authenticated') this.connection = String(frame['connection_id'])
    this.#observer.received(this, frame)
  }
}

/** The class that a device passes to the library. */
export const socketsOf = (observer: SocketObserver) =>
  class extends ObservedSocket {
    constructor(url: string) {
      super(url, observer)
    }
  }
