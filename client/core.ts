import type { Signal } from './readable.ts'
import type { ChatState, Clock, Page, Pending } from './types.ts'
import type {
  AnswerTo,
  ClientFrame,
  ClientFrames,
  ClientFrameType,
  Conversation,
  Invitation,
  Message,
  ServerFrame,
} from './wire.ts'

/** Where the shared connection stands. Every tab has the same status. */
export interface LinkStatus extends Omit<ChatState, 'storage'> {
  /**
   * Grows whenever another socket has authenticated, also while `phase` stays `online` (rotation): what was joined must
   * then be joined again. By more than one if another tab leads, or if this tab was suspended. 0 before the first one.
   */
  readonly session: number
  /** True if the session took the place of one that was still open, so that no frame was missed. */
  readonly rotated: boolean
}

/** A message in the outbox. */
export interface OutboxItem extends Pending {
  readonly conversationId: string
  /** The server may have it already: no other message may be sent before it. */
  readonly tried?: boolean
  /** The user does not want to send it any more. */
  readonly isDiscarded?: boolean
  /** The message as the server has stored it, once that is known. */
  readonly acked?: Message
}

/** One page of each list, as polling reads them. */
export interface Polled {
  readonly conversations: readonly Conversation[]
  readonly cursor?: string
  readonly invitations: readonly Invitation[]
}

/** What the tabs of one user tell each other: one of these. Every event reaches all tabs, including its sender. */
export interface TabEvent {
  /** The leader received it. */
  readonly frame?: ServerFrame
  /** The leader polled. */
  readonly polled?: Polled
  /** A message was put into the outbox, has changed there or has left it. */
  readonly item?: OutboxItem
  /** The leader asks all tabs what is in their outbox, because not everything may be in the store. */
  readonly asksForItems?: true
  /** The user signed out in one of the tabs. */
  readonly signedOut?: true
  /**
   * Only for this tab. `leave`: its page is about to be closed or suspended, and what is sent now still leaves.
   * `return`: its page goes on, and may have missed events.
   */
  readonly page?: 'leave' | 'return'
}

/** The connection as every tab sees it, whether this tab leads or another one does. */
export interface Link {
  readonly status: Signal<LinkStatus>
  /** Whether this tab holds the connection. Only the leader sends what is in the outbox. */
  readonly isLeader: Signal<boolean>
  /**
   * Sends a frame and resolves with its answer. Rejects with `RequestError`: the server's refusal, `network` if there is
   * no session or it ends first, `timeout` after 10 s, `platform` after an error of the platform. After a `timeout`, the connection is checked.
   */
  request<T extends ClientFrameType>(type: T, fields: ClientFrames[T]): Promise<AnswerTo<T>>
  /** Sends a frame that has no answer; does nothing without a session. */
  post(type: 'typing', fields: ClientFrames['typing']): void
  emit(event: TabEvent): void
  onEvent(listener: (event: TabEvent) => void): () => void
}

/** The storage of one user. It never rejects: if the storage is broken, it goes on with memory. */
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
  /** The current token, asking the application if there is none or it is about to expire. Rejects as `token` does. */
  current(): Promise<string>
  /** Asks the application for a new one. */
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
 * The socket of the leading tab, with everything that keeps it alive. After `beat`, `ping`, `probe` and `reconnect` it reports its
 * status, even if nothing has changed.
 */
export interface Connection {
  /** Begins to connect, with the same attempts and polling until `stop`. */
  start(): void
  /** Closes the socket and stops everything. `start` begins again. */
  stop(): void
  /** Sends a frame; false if there is no session. */
  send(frame: ClientFrame): boolean
  /** A visible tab keeps time: sends a `ping` if one is due, and tries again to connect if that is due. */
  beat(): void
  /** Checks that the connection is alive: no `pong` within 10 s means that it is not. */
  ping(): void
  /** The same after waking up or returning: 3 s. Without a connection, tries to connect at once. */
  probe(): void
  /** Connects now, whatever the state. */
  reconnect(): void
}
