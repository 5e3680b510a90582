import type { Connection, UserConnection } from '../model.ts'
import { CONNECTION_ROW_TTL_SECONDS } from '../platform-limits.ts'
import type { Row } from './table.ts'

/**
 * `CONN#<id>` holds a connection that has authenticated; its user's `CHANNEL` row lists it too. The conversations that
 * it has joined are listed here for cleanup, and on the participant's row of each conversation, where a fan-out reads
 * them.
 */
export const connectionKey = (id: string) => ({ pk: `CONN#${id}`, sk: 'CONN' })

/** The row of a connection that has just authenticated. */
export const newConnectionRow = (
  { id, user, since, tokenExpiresAt }: UserConnection,
  arrival: number,
): Row => ({
  ...connectionKey(id),
  id,
  user,
  token_expires_at: tokenExpiresAt,
  opened_at: since,
  arrival,
  expires_at: Math.floor(since / 1000) + CONNECTION_ROW_TTL_SECONDS,
})

/** Condition: the connection exists and is not being cleaned up. */
export const IS_OPEN = 'attribute_exists(pk) AND attribute_not_exists(closing)'

export const isClosing = (item: unknown) => Object.hasOwn(Object(item), 'closing')

export function toConnection(row: Row): Connection {
  return {
    id: String(row['id']),
    ...(typeof row['user'] === 'string' ? { user: row['user'] } : {}),
    tokenExpiresAt: Number(row['token_expires_at'] ?? 0),
    openedAt: Number(row['opened_at'] ?? 0),
    heardAt: Number(row['arrival'] ?? row['opened_at'] ?? 0),
    joined: (row['joined'] as ReadonlySet<string> | undefined) ?? new Set(),
  }
}
