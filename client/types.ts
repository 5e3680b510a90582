import type {
  Conversation,
  ErrorCode,
  Invitation,
  JsonObject,
  Message,
  ParticipantChange,
  Person,
  ServerFrame,
  ServerFrameOf,
  ServerFrameType,
} from './wire.ts'

/**
 * A value that changes over time. Snapshots are immutable, and `getSnapshot` returns the same object until something
 * changes, so it fits `useSyncExternalStore`, signals and stores.
 */
export interface Readable<T> {
  getSnapshot(): T
  /** Calls the listener after each change; returns a function that ends the subscription. */
  subscribe(listener: () => void): () => void
}

/** Where the chat stands with the server. */
export interface ChatState {
  readonly phase: 'connecting' | 'online' | 'polling' | 'offline' | 'replaced' | 'signed-out'
  /** When this phase began, in milliseconds since 1970. */
  readonly since: number
  /** When the next attempt to connect begins, in milliseconds since 1970. */
  readonly retryAt?: number
  /** In words, why the chat is not online. */
  readonly reason?: string
  /** `memory` if messages that were not sent yet are lost when the page is closed. */
  readonly storage: 'durable' | 'memory'
}

/** An item of a log as the library shows it: changes of messages are applied to the message instead of being listed. */
export type Entry = Message | ParticipantChange

/** A message that the server has not acknowledged. */
export interface Pending {
  readonly clientMessageId: string
  readonly content: string
  readonly metadata?: JsonObject
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** True once the outbox has stored it durably. */
  readonly stored: boolean
  readonly status: 'waiting' | 'sending' | 'failed'
  /** Why it failed; only with status `failed`. */
  readonly error?: { readonly code: ErrorCode; readonly message: string }
}

/** A conversation's log as far as it is loaded. */
export interface Log {
  /** In order of `seq`, without gaps, except that changes of messages are applied instead of being listed. */
  readonly entries: readonly Entry[]
  /** The user's messages that are not in `entries` yet, in the order in which they were sent. */
  readonly pending: readonly Pending[]
  /** Whether `older` can load more. */
  readonly hasOlder: boolean
  /** The `seq` of the first entry that still exists. Higher than 1 if older ones were removed because of their age. */
  readonly firstSeq: number
  /** The `seq` of the newest entry that is known to exist. */
  readonly lastSeq: number
  /** The user's read cursor. */
  readonly lastReadSeq: number
  /** Unread messages of others, at most 100. */
  readonly unreadCount: number
  /** The ids of the other participants who are typing. */
  readonly typing: readonly string[]
}

export interface Presence {
  readonly is_online: boolean
  readonly last_seen: string | null
}

/** A chat for one user. Promises reject with `RequestError` if the server refuses a request. */
export interface Chat {
  readonly state: Readable<ChatState>
  /** The user id in the token; undefined until a token was read. */
  readonly user: Readable<string | undefined>
  /**
   * The user's conversations by latest activity, newest first. Their participants are shown as they were when the list
   * was read; `presence` follows every change.
   */
  readonly conversations: Readable<{ readonly items: readonly Conversation[]; readonly hasMore: boolean }>
  /** Invitations that the user has received and not answered, newest first. */
  readonly invitations: Readable<readonly Invitation[]>
  /** By conversation id: the user's last message that the server has not acknowledged. */
  readonly unsent: Readable<ReadonlyMap<string, Pending | undefined>>
  /** Presence of the users with whom the user shares a conversation, by user id. */
  readonly presence: Readable<ReadonlyMap<string, Presence>>
  /** Opens a conversation. If it is opened several times, the rooms share it until the last one is closed. */
  open(conversationId: string): Room
  /** Loads the next page of `conversations`. */
  moreConversations(): Promise<void>
  /** Reads `conversations` and `invitations` again. Rejects if the server cannot be reached. */
  refresh(): Promise<void>
  /** Finds administrators by name or e-mail. `q` has 2 to 64 characters; 1 is enough in Chinese, Japanese or Korean. */
  search(q: string): Promise<readonly Person[]>
  /** Invites a user to a conversation of two. */
  invite(userId: string, message?: string): Promise<Invitation>
  /** Answers an invitation; resolves with the conversation if accepted. */
  respond(invitationId: string, action: 'accept' | 'reject'): Promise<Conversation | undefined>
  /** Creates a group and invites users to it. */
  createGroup(input: GroupInput): Promise<Conversation>
  /** Withdraws an invitation that the user sent. */
  withdraw(invitationId: string): Promise<void>
  /** Calls the listener for each frame of this type, or for every frame with `*`; returns a function that ends this. */
  on<T extends ServerFrameType>(type: T, listener: (frame: ServerFrameOf<T>) => void): () => void
  on(type: string, listener: (frame: ServerFrame) => void): () => void
  /** Connects now, even if the server or `token` has ended the chat. Does nothing after `signOut` or `dispose`. */
  reconnect(): void
  /** Disconnects, and forgets the token, the outbox, the drafts and everything else that is stored. */
  signOut(): Promise<void>
  /** Disconnects and stops everything; the phase is then `offline`. What is stored remains. */
  dispose(): void
}

export interface GroupInput {
  readonly title?: string
  readonly userIds: readonly string[]
  readonly message?: string
}

/** An open conversation. */
export interface Room {
  readonly log: Readable<Log>
  /**
   * Sends a message, now or as soon as it is possible; returns its `client_message_id` at once.
   *
   * @throws TypeError if the content is not a string
   */
  send(content: string, metadata?: JsonObject): string
  /** Sends a failed message again. */
  retry(clientMessageId: string): void
  /** Forgets a message that was not sent. */
  discard(clientMessageId: string): void
  /** What the user has begun to write. It survives a reload and a crash. */
  readonly draft: Readable<string>
  /** @throws TypeError if the text is not a string */
  setDraft(text: string): void
  /** Loads older entries. */
  older(): Promise<void>
  /** Loads entries until the one with this `seq` is in the log. */
  around(seq: number): Promise<void>
  /** Moves the user's read cursor to this `seq`. Nothing is marked as read without this call. */
  read(seq: number): void
  /** Tells the others that the user is typing, or has stopped. */
  typing(on: boolean): void
  /** Replaces the content of the user's own message. */
  edit(seq: number, content: string): Promise<void>
  /** Deletes the user's own message. */
  remove(seq: number): Promise<void>
  /** Invites users to the group. */
  invite(userIds: readonly string[]): Promise<void>
  /** The open invitations to the group, oldest first; only for its owner. */
  invitations(): Promise<readonly Invitation[]>
  /** Removes a participant from the group. */
  removeParticipant(userId: string): Promise<void>
  /** Makes another participant the owner of the group. */
  setOwner(userId: string): Promise<void>
  /** Leaves the group for good. */
  leave(): Promise<void>
  close(): void
}

/**
 * A key-value store. Values can be cloned as structured data. A promise rejects if the store is broken; the chat then
 * falls back to memory.
 */
export interface Storage {
  /** True if everything is lost when the page is closed, as in memory. */
  readonly volatile?: true
  get(key: string): Promise<unknown>
  /** Resolves once the value is stored durably. */
  set(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
  /** All keys that start with the prefix, with their values, in any order. */
  list(prefix: string): Promise<readonly (readonly [key: string, value: unknown])[]>
}

/** Time and timers. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}

/**
 * - `visible`, `hidden`: the page has become visible or hidden
 * - `wake`: the page was suspended and goes on; sockets may be dead, whatever their state says
 * - `leave`: the page is closed or suspended
 * - `online`, `offline`: hints of the browser about the network
 */
export type PageEvent = 'visible' | 'hidden' | 'wake' | 'leave' | 'online' | 'offline'

/** The page, or whatever else shows the chat. */
export interface Page {
  isVisible(): boolean
  subscribe(listener: (event: PageEvent) => void): () => void
}

/** What tabs of one browser share: locks and messages. Names include the stack and the user. */
export interface Tabs {
  /**
   * Asks for the lock of this name; with `steal`, takes it from the tab that holds it. The returned function gives the
   * lock up, or stops waiting for it; after that, no event is reported.
   */
  lock(name: string, steal: boolean, events: LockEvents): () => void
  /** A channel to the other tabs; a tab does not receive its own messages. */
  channel(name: string, listener: (message: unknown) => void): Channel
}
export interface LockEvents {
  /** This tab holds the lock now. */
  held(): void
  /** Another tab has stolen the lock. */
  stolen(): void
  /** The browser refuses to lock anything on this page. */
  failed(): void
}
export interface Channel {
  post(message: unknown): void
  close(): void
}

/** The type of a method, because it also accepts functions for more specific events: those of browsers and of `ws`. */
type Handler<Event> = { on(event: Event): void }['on'] | null

/** The part of the browser's `WebSocket` that the library uses. */
export interface Socket {
  readonly readyState: number
  send(text: string): void
  close(): void
  onopen: Handler<never>
  onmessage: Handler<{ readonly data: unknown }>
  onerror: Handler<never>
  onclose: Handler<{ readonly code: number; readonly reason: string }>
}

export interface ChatOptions {
  /** The address of the socket, for example `wss://chat.example.com/ws/chat`. */
  readonly url: string
  /** The URL before `/api`, for example `https://chat.example.com`. */
  readonly rest: string
  /**
   * Returns the user's token. It is called before each connection and before a token expires. If it throws `SignedOut`,
   * the chat ends; after any other error, and if there is no answer within 10 s, the chat tries again.
   */
  readonly token: () => string | Promise<string>
  /** Where unsent messages, drafts and the latest entries are kept. By default IndexedDB in browsers, else memory. */
  readonly storage?: Storage
  /** How tabs share one connection; `false` if they do not. By default Web Locks and BroadcastChannel in browsers. */
  readonly tabs?: Tabs | false
  /** By default the page in browsers; elsewhere a page that is always visible. */
  readonly page?: Page
  readonly WebSocket?: new (url: string) => Socket
  readonly fetch?: typeof fetch
  readonly clock?: Clock
  /** A number from 0 to 1, as `Math.random` returns it. */
  readonly random?: () => number
}
