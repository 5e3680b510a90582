import { WebSocket } from 'ws'
import type { Random } from '../../model/random.ts'
import { backOff, type Pace } from './pace.ts'

export type Frame = Readonly<Record<string, unknown>>

/** Who uses a line. */
export interface Speaker {
  opened(): void
  received(frame: Frame): void
  /** An open line ended; another one will be opened. */
  closed(code: number): void
}

export interface LineOptions {
  readonly url: string
  readonly pace: Pace
  readonly random: Random
}

/** A WebSocket that is opened again whenever it ends, after a pause with jitter. */
export class Line {
  #socket: WebSocket | undefined
  #timer: NodeJS.Timeout | undefined
  #failures = 0
  #stopped = true

  constructor(
    private readonly options: LineOptions,
    private readonly speaker: Speaker,
  ) {}

  start(): void {
    this.#stopped = false
    this.#open()
  }

  /** The client is where it wanted to be: the next failure is the first one again. */
  settled(): void {
    this.#failures = 0
  }

  send(frame: Frame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }

  /** Gives the line up without a farewell, and opens another one. */
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
    const socket = new WebSocket(this.options.url, { perMessageDeflate: false, handshakeTimeout: 30_000 })
    this.#socket = socket
    const mine = (act: () => void) => () => {
      if (this.#socket === socket) act()
    }
    socket.on(
      'open',
      mine(() => this.speaker.opened()),
    )
    socket.on('message', (data) => mine(() => this.speaker.received(JSON.parse(data.toString()) as Frame))())
    // What went wrong also closes it.
    socket.on('error', () => undefined)
    socket.on('close', (code) =>
      mine(() => {
        this.#socket = undefined
        this.#ended(code)
      })(),
    )
  }

  #ended(code: number): void {
    this.speaker.closed(code)
    if (this.#stopped) return
    const { pace, random } = this.options
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#open(), backOff(pace, this.#failures++, random))
  }
}
