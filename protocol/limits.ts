/** A rate limit: the long-term rate, and how many are allowed at once. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** The rate limits that protect users from each other. The stack's settings can change them. */
export interface Rates {
  /** Per connection. */
  readonly frames: Rate
  /** Messages per user, over all connections and REST together. */
  readonly messages: Rate
  /** REST calls per user; each container counts separately. */
  readonly calls: Rate
}

export const defaultRates: Rates = {
  frames: { perSecond: 20, burst: 200 },
  messages: { perSecond: 10, burst: 100 },
  calls: { perSecond: 50, burst: 500 },
}

/** `typing` frames per connection that are passed on; more are dropped silently. */
export const typingRate: Rate = { perSecond: 1, burst: 5 }

/** Every limit that a client can reach. Bytes are UTF-8 bytes. */
export const limits = {
  /** A client frame or a REST body. API Gateway closes the connection at 32 KB. */
  frameBytes: 16 * 1024,
  /** Nested objects and arrays, including the frame itself. */
  nesting: 8,
  contentCodePoints: 4000,
  contentBytes: 8 * 1024,
  /** Metadata as JSON text. */
  metadataBytes: 2 * 1024,
  /**
   * Levels of nested objects and arrays in metadata, including the metadata object itself. A frame has room for this
   * many, a REST body for one more.
   */
  metadataNesting: 6,
  requestIdLength: 64,
  /** Characters of a token; a typical one has about 200. */
  tokenLength: 4096,
  /** The longest time until a token's `exp`. */
  tokenLifetimeSeconds: 25 * 3600,
  /** Clock difference tolerated in a token, and the time from its `exp` until the connection is closed. */
  clockToleranceSeconds: 60,
  /** Failed authentications after which a connection is closed. */
  authenticationFailures: 3,
  /** Time that a new connection has to authenticate. */
  authenticationMs: 15_000,
  /** Refused frames after which a connection that has not authenticated is closed, counted in each container. */
  unauthenticatedFrames: 10,
  /** Connections of one user; when one more authenticates, the one that has been silent longest is closed. */
  connectionsPerUser: 10,
  /** Strikes (`rate_limited` errors for a client that did not wait) after which a connection is closed. */
  strikes: 200,
  /** Unanswered invitations of one user to conversations of two. */
  pendingInvitations: 20,
  /** Unanswered invitations of one user to groups. */
  pendingGroupInvitations: 200,
  /** Invitations of one user to the same other user in 24 hours, or to the same other user and group. */
  invitationsPerDay: 3,
  /** Participants of a group, including invited users. */
  groupParticipants: 100,
  /** Characters of a group's title. */
  titleCodePoints: 100,
  /** Characters of a user's first name, last name, e-mail address or role. */
  userTextCodePoints: 254,
  /** Characters of a search query. */
  searchMin: 2,
  searchMax: 64,
  /** Users in one page of a search. */
  pageAdmins: 20,
  /** Conversations that one connection can join. */
  joinedConversations: 100,
  /** `unread_count` stops at this number. */
  unreadCount: 100,
  /** Pushes to groups with more participants leave `unread_count` out. */
  unreadParticipants: 10,
  /** Messages in one page of a join or of the history. */
  pageMessages: 100,
  /** Bytes of the messages in the answer to a join. A frame to a client can have 128 KB in total. */
  pageBytes: 96 * 1024,
  /** Conversations in one page of the list. */
  pageConversations: 100,
  /** Invitations in one page of the list. */
  pageInvitations: 100,
} as const
