import { WebSocket } from 'ws'

/** One connection of a user, to a room or only to the server. All systems are driven by the same WebSocket client. */
export interface Peer extends Reads {
  /** Sends a text to the room. Resolves once the server has acknowledged it. */
  send(text: string): Promise<void>
  /** Called with the texts that others send to the room. */
  onText(listener: (text: string) => void): () => void
  close(): void
}

/** The reads that only some systems offer. */
interface Reads {
  /** Reads the newest ten texts of the room. */
  readonly history?: (() => Promise<unknown>) | undefined
  /** Reads the first ten conversations of the user. */
  readonly list?: (() => Promise<unknown>) | undefined
}

/** The meaning of a frame from the server. */
export interface Received {
  /** The room is joined. */
  readonly isReady?: boolean
  /** The number of the request that is acknowledged. */
  readonly acknowledged?: number
  readonly text?: string
  /** A frame to send in return. */
  readonly reply?: string
}

/** Sends the frame of a request with its number. Resolves once the server has acknowledged it. */
export type Request = (encode: (number: number) => string) => Promise<void>

/** How a system writes its frames. */
export interface Protocol {
  readonly url: string
  /** Sent as soon as the socket is open. */
  readonly greeting?: string
  encode(number: number, text: string): string
  /** @throws Error if the server refuses something */
  decode(frame: string): Received
  readonly reads?: (request: Request) => Reads
}

const TIMEOUT_MS = 60_000

/** Connects, and joins the room if there is one. */
export async function connect(protocol: Protocol): Promise<Peer> {
  const socket = new WebSocket(protocol.url, { perMessageDeflate: false })
  const waiting = new Map<number, () => void>()
  const listeners = new Set<(text: string) => void>()
  let last = 0
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${protocol.url} is not ready after 60 s`)), TIMEOUT_MS)
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`${protocol.url} closed the connection`)))
    if (protocol.greeting) socket.on('open', () => socket.send(protocol.greeting as string))
    socket.on('message', (data) => {
      const { isReady, acknowledged, text, reply } = protocol.decode(String(data))
      if (reply !== undefined) socket.send(reply)
      if (isReady) {
        clearTimeout(timer)
        resolve()
      }
      if (acknowledged !== undefined) waiting.get(acknowledged)?.()
      if (text !== undefined) for (const listener of listeners) listener(text)
    })
  })
  const request: Request = (encode) =>
    new Promise((resolve) => {
      const number = ++last
      waiting.set(number, () => {
        waiting.delete(number)
        resolve()
      })
      socket.send(encode(number))
    })
  return {
    send: (text) => request((number) => protocol.encode(number, text)),
    onText(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    ...protocol.reads?.(request),
    close: () => socket.close(),
  }
}
