import { backoffMs } from '../backoff.ts'
import type { Tokens } from '../core.ts'
import { RequestError, SignedOut } from '../errors.ts'
import { createRequests, type Requests } from '../requests.ts'
import type { AnswerTo } from '../wire.ts'
import { openSocket, type SocketDeps } from './socket.ts'

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

/** An attempt that ended before it had a session. */
export class AttemptFailed extends Error {
  readonly hasOpened: boolean
  constructor(hasOpened: boolean) {
    super(hasOpened ? 'the connection ended' : 'the connection could not be opened')
    this.hasOpened = hasOpened
  }
}

export interface Attempt {
  readonly session: Promise<Session>
  /** Gives up, without settling `session`. */
  abandon(): void
}

/**
 * Opens a socket and authenticates. `session` rejects with `SignedOut` or `AttemptFailed`, or with the error of
 * `token`.
 *
 * @param replaces the connection whose place the new one takes
 */
export function establish(deps: SessionDeps, handlers: SessionHandlers, replaces?: string): Attempt {
  let socket: ReturnType<typeof openSocket> | undefined
  let isAbandoned = false
  const session = new Promise<Session>((resolve, reject) => {
    deps.tokens.refresh().then((token) => {
      if (isAbandoned) return
      let established: Session | undefined
      const { clock } = deps
      const requests = createRequests(
        clock,
        `c${Math.floor(deps.random() * 2 ** 32)}`,
        (frame) => socket?.send(frame) ?? false,
      )
      socket = openSocket(deps, {
        onOpen() {
          authenticate(deps, requests, token, replaces).then(
            (answer) => {
              established = toSession(deps, requests, answer, {
                send: (frame) => socket?.send(frame) ?? false,
                close: () => {
                  socket?.close()
                  requests.fail('network', 'the connection was closed')
                },
              })
              handlers.onFrame(established, { ...answer }, '')
              resolve(established)
            },
            (error: unknown) => {
              socket?.close()
              reject(error instanceof SignedOut ? error : new AttemptFailed(true))
            },
          )
        },
        onFrame(frame, text) {
          const fields = frame as { readonly [field: string]: unknown }
          if (typeof fields['type'] === 'string') requests.receive(fields)
          else requests.fail('platform', 'the platform refused a frame')
          if (established) handlers.onFrame(established, fields, text)
        },
        onClose(hasOpened) {
          requests.fail('network', 'the connection ended')
          if (established) handlers.onClose(established)
          else reject(new AttemptFailed(hasOpened))
        },
      })
    }, reject)
  })
  return {
    session,
    abandon() {
      isAbandoned = true
      socket?.close()
    },
  }
}

function toSession(
  deps: SessionDeps,
  requests: Requests,
  { connection_id: connectionId, expires_at }: AnswerTo<'authenticate'>,
  socket: Pick<Session, 'send' | 'close'>,
): Session {
  const session: Session = {
    ...socket,
    connectionId,
    since: deps.clock.now(),
    expiresAt: Date.parse(expires_at),
    request: requests.request,
    async renew() {
      const answer = await authenticate(deps, requests, await deps.tokens.refresh())
      session.expiresAt = Date.parse(answer.expires_at)
    },
  }
  return session
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
      return await requests.request(
        'authenticate',
        { token: current, ...(replaces === undefined ? {} : { replaces }) },
        ANSWER_MS,
      )
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
