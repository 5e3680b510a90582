/** So many a second in the long run, and so many at once. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** The limits on use that protect one user from another; the stack's settings may say otherwise. */
export interface Rates {
  /** Frames of one connection. */
  readonly frames: Rate
  /** Messages of one user in one conversation, over whatever connection or REST. */
  readonly messages: Rate
}

export const defaultRates: Rates = {
  frames: { perSecond: 20, burst: 200 },
  messages: { perSecond: 10, burst: 100 },
}

/** News of somebody typing that one connection may cause; beyond it they are dropped without a word. */
export const typingRate: Rate = { perSecond: 1, burst: 5 }

/** Every limit that a client can meet. Bytes are UTF-8 bytes. */
export const limits = {
  /** A client frame or a REST body, bytes. API Gateway itself closes at 32 KB. */
  frameBytes: 16 * 1024,
  /** Objects and arrays inside each other, the frame itself included. */
  nesting: 8,
  contentCodePoints: 4000,
  contentBytes: 8 * 1024,
  /** Metadata as JSON text, bytes. */
  metadataBytes: 2 * 1024,
  requestIdLength: 64,
  /** Characters of a token; a real one has about 200. */
  tokenLength: 4096,
  /** Seconds a token may still live, at most. */
  tokenLifetimeSeconds: 25 * 3600,
  /** Seconds that clocks may disagree when a token is checked, and between `exp` and the close. */
  clockToleranceSeconds: 60,
  /** Refused authentications after which a connection is closed. */
  authenticationFailures: 3,
  /** Milliseconds in which a connection has to authenticate. */
  authenticationMillis: 15_000,
  /** Connections of one user; one more retires the oldest. */
  connectionsPerUser: 10,
  /** Refusals for being too fast after which a connection is closed. */
  strikes: 200,
  /** Invitations to a conversation of two that one user may have sent and nobody answered. */
  pendingInvitations: 20,
  /** Invitations to groups that one user may have sent and nobody answered. */
  pendingGroupInvitations: 200,
  /** Participants of a group, the invited ones included. */
  groupParticipants: 100,
  /** Characters of a group's title. */
  titleCodePoints: 100,
  /** Characters of a search, at least and at most. */
  searchLeast: 2,
  searchMost: 64,
  /** People in one page of a search. */
  pageAdmins: 20,
  /** Conversations that one connection may have joined. */
  joinedConversations: 100,
  /** `unread_count` stops here. */
  unreadCount: 100,
  /** Pushes to larger groups leave `unread_count` out. */
  unreadParticipants: 10,
  /** Messages in one page of a join or of the history. */
  pageMessages: 100,
  /** Bytes of messages in the answer to a join; a frame to a client may have 128 KB in all. */
  pageBytes: 96 * 1024,
  /** Conversations in one page of the list. */
  pageConversations: 100,
} as const
