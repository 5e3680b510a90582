import type { Participant, UserConnection } from '../../model.ts'

/** How an entry was sent, which decides who receives what (docs/protocol.md, PUSH-1 to PUSH-3). */
export type Origin =
  | { readonly via: 'socket'; readonly connection: string }
  /** `connection` is the caller's own connection, if the call named one. */
  | { readonly via: 'rest'; readonly connection?: string | undefined }

export interface Audience {
  /** Connections that receive the entry itself, such as `new_message`, and the user of each. */
  readonly message: ReadonlyMap<string, string>
  /** Connections that receive `conversation_updated`, and the user of each. */
  readonly update: ReadonlyMap<string, string>
}

/**
 * The connections that have joined a conversation with an unexpired token, and the user of each. If a renewed
 * expiry has not reached the participant's row yet, it is taken from the user's list of connections.
 */
export function joinedConnections(
  participants: ReadonlyMap<string, Participant>,
  userConnections: readonly UserConnection[],
  now: number,
): ReadonlyMap<string, string> {
  const renewed = new Set(
    userConnections.filter(({ tokenExpiresAt }) => tokenExpiresAt > now).map(({ id }) => id),
  )
  const joined = new Map<string, string>()
  for (const { user, joined: connections } of participants.values()) {
    for (const [connection, expiresAt] of connections) {
      if (expiresAt > now || renewed.has(connection)) joined.set(connection, user)
    }
  }
  return joined
}

/** Each connection once; never the sending connection. */
export function audience(
  sender: string,
  origin: Origin,
  joined: ReadonlyMap<string, string>,
  userConnections: readonly UserConnection[],
  now: number,
): Audience {
  const all = new Map(joined)
  for (const { id, user, tokenExpiresAt } of userConnections) if (tokenExpiresAt > now) all.set(id, user)
  if (origin.connection !== undefined) all.delete(origin.connection)

  const receivesMessage = (connection: string, user: string) => {
    if (origin.via === 'socket') return joined.has(connection)
    return user !== sender || origin.connection !== undefined
  }
  const message = new Map<string, string>()
  const update = new Map<string, string>()
  for (const [connection, user] of all) {
    if (receivesMessage(connection, user)) message.set(connection, user)
    else update.set(connection, user)
  }
  return { message, update }
}
