import type { Participant } from '../../stores/conversations.ts'
import type { UserConnection } from '../../stores/user-connections.ts'

/** How an entry came in, which decides who hears of it (contract, section 4). */
export type Origin =
  | { readonly via: 'socket'; readonly connection: string }
  /** `connection` is the caller's own one, when the call named it. */
  | { readonly via: 'rest'; readonly connection?: string }

export interface Audience {
  /** Connections that get the entry itself, such as `new_message`, and whose they are. */
  readonly message: ReadonlyMap<string, string>
  /** Connections that get `conversation_updated`, and whose they are. */
  readonly update: ReadonlyMap<string, string>
}

/**
 * Connections joined to a conversation whose token still counts, and whose they are. Where a renewed token has not
 * reached the joined connection yet, its personal channel knows.
 */
export function joinedConnections(
  participants: ReadonlyMap<string, Participant>,
  channels: readonly UserConnection[],
  now: number,
): ReadonlyMap<string, string> {
  const renewed = new Set(channels.filter(({ tokenExpiresAt }) => tokenExpiresAt > now).map(({ id }) => id))
  const joined = new Map<string, string>()
  for (const { user, joined: connections } of participants.values()) {
    for (const [connection, expiresAt] of connections) {
      if (expiresAt > now || renewed.has(connection)) joined.set(connection, user)
    }
  }
  return joined
}

/** Each connection once; the sending one never. */
export function audience(
  sender: string,
  origin: Origin,
  joined: ReadonlyMap<string, string>,
  channels: readonly UserConnection[],
  now: number,
): Audience {
  const everybody = new Map(joined)
  for (const { id, user, tokenExpiresAt } of channels) if (tokenExpiresAt > now) everybody.set(id, user)
  if (origin.connection !== undefined) everybody.delete(origin.connection)

  const getsMessage = (connection: string, user: string) => {
    if (origin.via === 'socket') return joined.has(connection)
    return user !== sender || origin.connection !== undefined
  }
  const message = new Map<string, string>()
  const update = new Map<string, string>()
  for (const [connection, user] of everybody) {
    if (getsMessage(connection, user)) message.set(connection, user)
    else update.set(connection, user)
  }
  return { message, update }
}
