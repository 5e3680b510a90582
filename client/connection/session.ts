import { backoffMs, pause } from '../backoff.ts'
import type { Tokens } from '../core.ts'
import { type RequestError, SignedOut } from '../errors.ts'
import { createRequests, type Requests } from '../requests.ts'
import type { ChatOptions, Clock, Socket } from '../types.ts'

const OPEN_TIMEOUT_MS = 5000
/**
 * The server closes a connection that has not authenticated within 15 s. Until then, `authenticate` is not repeated if
 * there is no answer: this would only add to the load of a server that is slow because all clients are returning.
 */
const AUTHENTICATION_MS = 13_000

export interface SessionDeps {
  readonly url: string
  readonly WebSocket: NonNullable<ChatOptions['WebSocket']>
  readonly clock: Clock
  readonly random: () => number
  readonly tokens: Tokens
}

/** One socket, from the attempt to open it to its end. */
export interface Session {
  /** Resolves once authenticated. Rejects with `SignedOut`, or with any other error if another attempt may succeed. */
  readonly ready: Promise<void>
  hasOpened: boolean
  connectionId: string
  /** When it authenticated, and when its token expires. */
  since: number
  expiresAt: number
  readonly request: Requests['request']
  /** Presents a new token, and another one if the first is refused. Rejects with `SignedOut` if both are. */
  renew(): Promise<void>
  /** Sends a frame; false if the socket is not open. */
  send(frame: object): boolean
  /** Closes the socket. The session calls nothing afterwards. */
  close(): void
}

/** Why a session has ended, unless the server has said why. */
export const lost = (hasOpened = true) =>
  new Error(hasOpened ? 'the connection has ended' : 'no connection could be opened')

export type Frame = { readonly [field: string]: unknown }

/**
 * Asks for a token, opens a socket and authenticates.
 *
 * @param onFrame called with each frame once the session is ready
 * @param onEnd called if the session ends after it was ready
 * @param replaces the id of the connection that this one replaces
 */
export function establish(
  { url, WebSocket, clock, random, tokens }: SessionDeps,
  onFrame: (session: Session, frame: Frame, text: string) => void,
  onEnd: (session: Session, error: Error) => void,
  replaces?: string,
): Session {
  const requests = createRequests(clock, String(random()), send)
  let socket: Socket | undefined
  let timer: unknown
  let isReady = false
  let isOver = false

  function send(frame: object): boolean {
    const isOpen = !isOver && session.hasOpened
    if (isOpen) socket?.send(JSON.stringify(frame))
    return isOpen
  }
  function close(): void {
    isOver = true
    clock.clearTimeout(timer)
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.close()
    }
    socket = undefined
    requests.fail('network')
  }

  const open = () =>
    new Promise<void>((resolve, reject) => {
      function end(): void {
        close()
        reject(lost(session.hasOpened))
        if (isReady) onEnd(session, lost())
      }
      timer = clock.setTimeout(end, OPEN_TIMEOUT_MS)
      // If it throws, for example because the browser forbids the address, the promise rejects.
      socket = new WebSocket(url)
      socket.onopen = () => {
        clock.clearTimeout(timer)
        session.hasOpened = true
        resolve()
      }
      socket.onmessage = ({ data }) => receive(data as string)
      // Never removed: without it, some implementations throw when a socket that is still opening is closed.
      socket.onerror = () => {}
      socket.onclose = end
    })

  function receive(text: string): void {
    let frame: Frame | undefined
    try {
      frame = Object(JSON.parse(text)) as Frame
    } catch {
      return
    }
    if (typeof frame['type'] === 'string') requests.receive(frame)
    else requests.fail('platform')
    if (isReady) onFrame(session, frame, text)
  }

  /** Presents a token until it is accepted or refused. A refused token is replaced once. */
  async function authenticate(token: string): Promise<Frame> {
    const giveUpAt = clock.now() + AUTHENTICATION_MS
    let current = token
    let refusals = 0
    for (let attempt = 0; ; attempt++) {
      try {
        const request = { token: current, replaces }
        const answer = await requests.request('authenticate', request, giveUpAt - clock.now())
        session.expiresAt = Date.parse(answer.expires_at) || Number.POSITIVE_INFINITY
        return { ...answer }
      } catch (error) {
        const { code, message, retryable, retryAfterMs } = error as RequestError
        const isRefused = code === 'unauthorized'
        if (code === 'forbidden' || (isRefused && refusals++)) throw new SignedOut(message)
        const waitMs = isRefused ? 0 : retryAfterMs || backoffMs(attempt, random)
        if (isOver || !(isRefused || retryable) || clock.now() + waitMs > giveUpAt) throw error
        if (isRefused) current = await tokens.refresh()
        else await pause(clock, waitMs)
      }
    }
  }

  async function run(): Promise<void> {
    const token = await tokens.refresh()
    if (isOver) throw lost()
    await open()
    const answer = await authenticate(token)
    session.connectionId = answer['connection_id'] as string
    session.since = clock.now()
    isReady = true
    onFrame(session, answer, '')
  }

  const session: Session = {
    ready: run(),
    hasOpened: false,
    connectionId: '',
    since: 0,
    expiresAt: 0,
    request: requests.request,
    renew: async () => void (await authenticate(await tokens.refresh())),
    send,
    close,
  }
  session.ready.catch(close)
  return session
}
