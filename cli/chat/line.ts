import { WebSocket } from 'ws'
import type { ClientFrame } from '../../protocol/frames.ts'
import { backOff, type Pace } from './pace.ts'

/** Who uses a line. */
export interface Speaker {
  opened(): void
  received(text: string): void
  /** It ended, or could not be opened; another attempt follows after the pause, or none if there is none. */
  lost(reason: string, pause: number | undefined): void
}

/** Milliseconds. */
const FAREWELL = 1000

/** A frame, and what its answer repeats. */
export type Outgoing = ClientFrame & { readonly request_id?: string }

/** A WebSocket that is opened again whenever it ends, after a pause with jitter. */
export class Line {
  #socket: WebSocket | undefined
  #timer: NodeJS.Timeout | undefined
  #failures = 0

  constructor(
    private readonly url: string,
    private readonly pace: Pace,
    private readonly speaker: Speaker,
  ) {}

  open(): void {
    const socket = new WebSocket(this.url, { perMessageDeflate: false, handshakeTimeout: 15_000 })
    this.#socket = socket
    let failure: string | undefined
    socket.on('open', () => this.#is(socket) && this.speaker.opened())
    socket.on('message', (data) => this.#is(socket) && this.speaker.received(String(data)))
    // What went wrong also closes it.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.message || error.code
    })
    socket.on('close', (code) => this.#is(socket) && this.#lost(failure ?? `closed with ${code}`))
  }

  /** The speaker is where it wanted to be: the next failure is the first one again. */
  settled(): void {
    this.#failures = 0
  }

  send(frame: Outgoing): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }

  /** Gives the socket up without a farewell, and opens another one. */
  drop(reason: string): void {
    this.#end((socket) => socket.terminate())
    this.#lost(reason)
  }

  stop(): void {
    this.#end((socket) => {
      socket.close()
      // Whoever does not answer the farewell holds nobody.
      setTimeout(() => socket.terminate(), FAREWELL).unref()
    })
  }

  #is(socket: WebSocket): boolean {
    return this.#socket === socket
  }

  #end(how: (socket: WebSocket) => void): void {
    clearTimeout(this.#timer)
    const socket = this.#socket
    this.#socket = undefined
    if (socket) how(socket)
  }

  #lost(reason: string): void {
    this.#socket = undefined
    const pause = this.#failures < this.pace.patience ? backOff(this.pace, this.#failures++) : undefined
    if (pause !== undefined) this.#timer = setTimeout(() => this.open(), pause)
    this.speaker.lost(reason, pause)
  }
}
