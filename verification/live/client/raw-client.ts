import { once } from 'node:events'
import { WebSocket } from 'ws'
import { checkFrame, noteFrame, type ObservedConnection } from '../../model/frame-checks.ts'
import type { Ledger } from '../../model/ledger.ts'
import type { Frame } from '../../model/receive.ts'
import type { Endpoint } from '../chat/commands.ts'

/** API Gateway gives up on a function after 29 s. */
const ANSWER_TIMEOUT_MS = 30_000

/** A connection that sends the frames that a scenario passes to it, and repeats none. */
export interface RawClient {
  readonly connection: string
  readonly isOpen: boolean
  /** Sends a frame. Resolves with its answer, or with undefined if none arrives in time or the connection ends. */
  ask(frame: Frame, timeoutMs?: number): Promise<Frame | undefined>
  /** Sends a frame and does not wait. */
  post(frame: Frame): void
  /** Cuts the connection without a close frame. */
  cut(): void
}

export interface RawObserver {
  sent?(frame: Frame, connection: string): void
  received?(frame: Frame, from: ObservedConnection): void
}

/** Opens a connection and authenticates. Rejects if one of these steps fails. */
export async function openRaw(
  { socketUrl, token }: Endpoint,
  user: string,
  observer: RawObserver = {},
): Promise<RawClient> {
  const socket = new WebSocket(socketUrl, { perMessageDeflate: false })
  const waiting = new Map<string, (answer?: Frame) => void>()
  const own = { connection: '', expiresAt: Number.POSITIVE_INFINITY }
  let requests = 0

  // An error is always followed by `close`.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    for (const settle of [...waiting.values()]) settle()
  })
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as Frame
    if (frame['type'] === 'authenticated') own.connection = String(frame['connection_id'])
    observer.received?.(frame, own)
    waiting.get(String(frame['request_id']))?.(frame)
  })

  function post(frame: Frame): void {
    if (socket.readyState !== WebSocket.OPEN) return
    observer.sent?.(frame, own.connection)
    socket.send(JSON.stringify(frame))
  }

  function ask(frame: Frame, timeoutMs = ANSWER_TIMEOUT_MS): Promise<Frame | undefined> {
    const request_id = `${own.connection}-${++requests}`
    return new Promise((resolve) => {
      const settle = (answer?: Frame) => {
        clearTimeout(timer)
        waiting.delete(request_id)
        resolve(answer)
      }
      const timer = setTimeout(settle, timeoutMs)
      waiting.set(request_id, settle)
      post({ ...frame, request_id })
    })
  }

  await once(socket, 'open')
  const answer = await ask({ type: 'authenticate', token: token(user) })
  if (answer?.['type'] !== 'authenticated') {
    socket.terminate()
    throw new Error(`${user} could not authenticate: ${JSON.stringify(answer)}`)
  }
  return {
    connection: own.connection,
    get isOpen() {
      return socket.readyState === WebSocket.OPEN
    },
    ask,
    post,
    cut: () => socket.terminate(),
  }
}

/** Compares the frames of a connection with the ledger. */
export function checkedBy(ledger: Ledger, user: string): Required<RawObserver> {
  const options = { user, name: `${user}, without the library` }
  const observed = { options, ledger, requests: new Map() }
  return {
    sent: (frame, connection) => noteFrame(observed, frame, connection),
    received: (frame, from) => checkFrame(observed, frame, from, Date.now()),
  }
}
