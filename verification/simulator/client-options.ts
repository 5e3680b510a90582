export interface ClientOptions {
  readonly user: string
  readonly name: string
  readonly conversations: readonly string[]
  readonly tokenLifetimeMs: number
  /** Keeps the connection open but does nothing else: no pings, no new token. */
  readonly sleeper?: boolean
  /** A deliberate bug: shows entries in order of arrival. */
  readonly careless?: boolean
}

/** How long a client waits for an answer before it asks again. */
export const ANSWER_TIMEOUT_MS = 5000
export const MAX_TRIES = 10

/** A message that a client sends with a key that it has used before. */
export const FORGED_CONTENT = 'forged'

/**
 * A value in `fetching`: the user is not a participant, so the client does not ask again on this connection.
 */
export const REFUSED = Number.POSITIVE_INFINITY
