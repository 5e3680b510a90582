import type { Signal } from './readable.ts'
import type { LinkStatus, TabEvent } from './shared.ts'
import type { ChatState, Clock, Page } from './types.ts'
import type { AnswerTo, ClientFrame, ClientFrames, ClientFrameType } from './wire.ts'

/** The connection as every tab sees it, whether this tab leads or another one does. */
export interface Link {
  readonly status: Signal<LinkStatus>
  /** Whether this tab holds the connection. Only the leader sends what is in the outbox. */
  readonly isLeader: Signal<boolean>
  /**
   * Sends a frame and resolves with its answer. Rejects with `RequestError`. Its code is the server's if the server
   * refuses the frame, `network` if there is no session or the session ends before the answer, `timeout` after 10 s,
   * and `platform` after an error of the platform. After a `timeout`, the connection is checked.
   */
  request<T extends ClientFrameType>(type: T, fields: ClientFrames[T]): Promise<AnswerTo<T>>
  /** Sends a frame without waiting for an answer; false without a session. */
  send(frame: ClientFrame): boolean
  emit(event: TabEvent): void
  onEvent(listener: (event: TabEvent) => void): () => void
}

/** The storage of one user. It never rejects: if the storage is broken, it falls back to memory. */
export interface Store {
  readonly kind: Signal<ChatState['storage']>
  get(key: string): Promise<unknown>
  /** Without a value, deletes what is stored. */
  set(key: string, value?: unknown): Promise<void>
  list(prefix: string): Promise<readonly (readonly [key: string, value: unknown])[]>
  /** Forgets everything of this user, and stores nothing afterwards. */
  clear(): Promise<void>
}

/** The user's token, asked for when it is needed. */
export interface Tokens {
  /**
   * Returns the current token. Asks the application for one if there is none, or if the current one is about to expire.
   * Rejects as the option `token` does.
   */
  current(): Promise<string>
  /** Asks the application for a new token. */
  refresh(): Promise<string>
  /** The user id in the token that was read last. */
  readonly user: Signal<string | undefined>
  /** Forgets the token, and rejects with `SignedOut` from now on. */
  forget(): void
}

/** What all parts of the client share. */
export interface Core {
  readonly clock: Clock
  readonly random: () => number
  readonly page: Page
  readonly link: Link
  readonly store: Store
  readonly user: Signal<string | undefined>
}

/**
 * The socket of the leading tab, with everything that keeps it alive. After `beat`, `ping`, `probe` and `reconnect`,
 * the connection reports its status, even if nothing has changed.
 */
export interface Connection {
  /** Begins to connect. Until `stop`, repeats failed attempts, and polls while no socket can be opened. */
  start(): void
  /** Closes the socket and stops everything. `start` begins again. */
  stop(): void
  /** Sends a frame; false if there is no session. */
  send(frame: ClientFrame): boolean
  /** Called regularly by visible tabs. Sends a `ping` or tries again to connect, if that is due. */
  beat(): void
  /** Checks that the connection is alive: no `pong` within 10 s means that it is not. */
  ping(): void
  /** Like `ping`, for a page that has woken up or returned: waits only 3 s. Without a connection, connects at once. */
  probe(): void
  /** Connects now, whatever the state. */
  reconnect(): void
}
