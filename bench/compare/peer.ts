import { WebSocket } from 'ws'

/** One connection of a user to a room. Every system is driven through it by the same WebSocket client. */
export interface Peer {
  /** Sends a text to the room. Resolves once the server has acknowledged it. */
  send(text: string): Promise<void>
  /** Called with the texts that others send to the room. */
  onText(listener: (text: string) => void): () => void
  close(): void
}

/** What a frame from the server means. */
export interface Received {
  /** The room is joined. */
  readonly isReady?: boolean
  /** The number of the text that is acknowledged. */
  readonly acknowledged?: number
  readonly text?: string
  /** A frame to send in return. */
  readonly reply?: string
}

/** How a system writes its frames. */
export interface Protocol {
  readonly url: string
  /** Sent as soon as the socket is open. */
  readonly greeting?: string
  encode(number: number, text: string): string
  /** @throws Error if the server refuses something */
  decode(frame: string): Received
}

const TIMEOUT_MS = 60_000

/** Connects and joins the room. */
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
  return {
    send: (text) =>
      new Promise((resolve) => {
        const number = ++last
        waiting.set(number, () => {
          waiting.delete(number)
          resolve()
        })
        socket.send(protocol.encode(number, text))
      }),
    onText(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => socket.close(),
  }
}
