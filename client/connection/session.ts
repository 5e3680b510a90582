import { backoffMs } from '../backoff.ts'
import type { Tokens } from '../core.ts'
import { RequestError, SignedOut } from '../errors.ts'
import { createRequests, type Requests } from '../requests.ts'
import type { AnswerTo } from '../wire.ts'
import { type OpenSocket, openSocket, type SocketDeps } from './socket.ts'

/** The server closes a connection that has not authenticated within 15 s. */
const AUTHENTICATION_MS = 13_000
const ANSWER_MS = 5000

export interface SessionDeps extends SocketDeps {
  readonly random: () => number
  readonly tokens: Tokens
}

/** A socket that has authenticated. */
export interface Session {
  readonly connectionId: string
  /** When it opened. */
  readonly since: number
  /** When its token expires. */
  expiresAt: number
  readonly request: Requests['request']
  /** Presents a new token. Rejects with `SignedOut` if that is refused as well. */
  renew(): Promise<void>
  send(frame: object): boolean
  close(): void
}

export interface SessionHandlers {
  onFrame(session: Session, frame: { readonly [field: string]: unknown }, text: string): void
  onClose(session: Session): void
}

export interface Attempt {
  /** Rejects with `SignedOut`, or with any other error if another attempt may succeed. */
  readonly session: Promise<Session>
  hasOpened(): boolean
  abandon(): void
}

/**
 * Asks for a token, opens a socket and authenticates.
 *
 * @param replaces the connection whose place the new one takes
 */
export function establish(
  deps: SessionDeps,
  { onFrame, onClose }: SessionHandlers,
  replaces?: string,
): Attempt {
  const { clock, random, tokens } = deps
  let socket: OpenSocket | undefined
  let session: Session | undefined
  let hasOpened = false
  let isOver = false
  const send = (frame: object) => !!socket?.send(frame)
  const requests = createRequests(clock, `c${random().toString(36).slice(2)}`, send)

  const open = () =>
    new Promise<void>((resolve, reject) => {
      socket = openSocket(deps, {
        onOpen() {
          hasOpened = true
          resolve()
        },
        onFrame(frame, text) {
          if (typeof frame['type'] === 'string') requests.receive(frame)
          else requests.fail('platform')
          if (session) onFrame(session, frame, text)
        },
        onClose() {
          requests.fail('network')
          if (session) onClose(session)
          else reject(new Error('the connection could not be opened'))
        },
      })
    })

  async function run(): Promise<Session> {
    const token = await tokens.refresh()
    if (isOver) throw new Error('abandoned')
    await open()
    const answer = await authenticate(deps, requests, token, replaces)
    session = {
      connectionId: answer.connection_id,
      since: clock.now(),
      expiresAt: Date.parse(answer.expires_at),
      request: requests.request,
      async renew() {
        const { expires_at } = await authenticate(deps, requests, await tokens.refresh())
        this.expiresAt = Date.parse(expires_at)
      },
      send,
      close,
    }
    onFrame(session, { ...answer }, '')
    return session
  }
  function close(): void {
    isOver = true
    socket?.close()
    requests.fail('network')
  }
  const running = run()
  running.catch(close)
  return { session: running, hasOpened: () => hasOpened, abandon: close }
}

/** Presents a token until it is accepted or refused; a refused one is replaced once. */
async function authenticate(
  { clock, random, tokens }: SessionDeps,
  requests: Requests,
  token: string,
  replaces?: string,
): Promise<AnswerTo<'authenticate'>> {
  const giveUpAt = clock.now() + AUTHENTICATION_MS
  let current = token
  let refusals = 0
  for (let attempt = 0; ; attempt++) {
    try {
      return await requests.request('authenticate', { token: current, replaces }, ANSWER_MS)
    } catch (error) {
      if (!(error instanceof RequestError) || error.code === 'network') throw error
      if (error.code === 'forbidden' || (error.code === 'unauthorized' && ++refusals === 2))
        throw new SignedOut(error.message)
      if (error.code === 'unauthorized') {
        current = await tokens.refresh()
        continue
      }
      const waitMs =
        error.code === 'timeout' ? 0 : Math.max(error.retryAfterMs ?? 0, backoffMs(attempt, random))
      if (!error.retryable || clock.now() + waitMs > giveUpAt) throw error
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, waitMs))
    }
  }
}
