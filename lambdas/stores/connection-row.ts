import type { Row } from './table.ts'

/**
 * `CONN#<id>` says who a connection is; it is also named in its user's channel. Which conversations it joined stands
 * on its row as a list for cleaning up, and, where it counts, on the participant's row of each conversation.
 */
export interface Connection {
  readonly id: string
  /** Absent until it has authenticated. */
  readonly user?: string
  /** When its token expires, epoch milliseconds. */
  readonly tokenExpiresAt: number
  readonly joined: ReadonlySet<string>
  /** When it opened, epoch milliseconds. */
  readonly openedAt: number
  /** When the last frame that was counted on it came, a burst's a little later; epoch milliseconds. */
  readonly heardAt: number
}

/** It is there and nobody is taking it away. */
export const OPEN = 'attribute_exists(pk) AND attribute_not_exists(closing)'

export const connectionKey = (id: string) => ({ pk: `CONN#${id}`, sk: 'CONN' })

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
