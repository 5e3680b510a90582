export interface ClientOptions {
  readonly user: string
  readonly name: string
  readonly conversations: readonly string[]
  readonly tokenLifetimeMs: number
  /** Keeps the connection open and does nothing more: no pings, no new token. */
  readonly sleeper?: boolean
  /** A weakening: shows entries in the order of arrival. */
  readonly careless?: boolean
}

/** How long a client waits for an answer before it asks again. */
export const ANSWER_TIMEOUT_MS = 5000
export const MAX_TRIES = 10

/** In `fetching`: the conversation is not the user's, so the client does not ask again on this connection. */
export const REFUSED = Number.POSITIVE_INFINITY
