import { randomBytes } from 'node:crypto'
import type { Presence, PresenceChange, PresenceChangeKind } from '../model.ts'
import { batchGet, get, put, RETURN_FAILED, type Row, rawAttribute, type Table, update } from './table.ts'

const presenceKey = (user: string) => ({ pk: `USER#${user}`, sk: 'PRESENCE' })

/** Attribute names in stored rows: `came` and `gone`. */
const prefixes: Readonly<Record<PresenceChangeKind, string>> = { connected: 'came', disconnected: 'gone' }

export type PresenceStore = ReturnType<typeof presenceStore>

/** One row for each user who has ever connected. */
export function presenceStore(table: Table) {
  return {
    /** The presence of a user; offline and never seen if the user has never connected. */
    async find(user: string): Promise<Presence> {
      return toPresence((await get(table, presenceKey(user))) ?? {})
    },

    /** The presence of several users by id; users who have never connected are missing. */
    async findAll(users: Iterable<string>): Promise<ReadonlyMap<string, Presence>> {
      const rows = await batchGet(table, [...new Set(users)].map(presenceKey))
      return new Map(rows.map((row) => [String(row['pk']).slice('USER#'.length), toPresence(row)]))
    },

    /**
     * Records that a connection opened or ended, so that a concurrent computation, which may have missed it, runs
     * again: always after a disconnect; after a connect only if the computation found the user offline. Resolves with
     * the presence before the change.
     */
    async note(
      user: string,
      kind: PresenceChangeKind,
      { connection, at }: PresenceChange,
    ): Promise<Presence> {
      const prefix = prefixes[kind]
      const before = await update(table, {
        Key: presenceKey(user),
        UpdateExpression:
          `ADD ${kind === 'connected' ? 'comings' : 'version'} :one SET ` +
          `${prefix}_connection = if_not_exists(${prefix}_connection, :connection), ` +
          `${prefix}_at = if_not_exists(${prefix}_at, :at)`,
        ExpressionAttributeValues: { ':one': 1, ':connection': connection, ':at': at },
        ReturnValues: 'ALL_OLD',
      })
      return toPresence(before ?? {})
    },

    /**
     * Replaces the preceding version and clears the noted changes. False if another computation has written
     * first, if a connection has ended since, or if one has opened and this version says offline.
     */
    async write(user: string, presence: Presence): Promise<boolean> {
      const by = randomBytes(8).toString('base64url')
      const { online, version, connects } = presence
      const unchanged = [stillIs('version', version - 1), ...(online ? [] : [stillIs('comings', connects)])]
      const failed = await put(table, {
        Item: { ...presenceKey(user), ...toRow(presence), by },
        ConditionExpression: unchanged.map(({ condition }) => condition).join(' AND '),
        ExpressionAttributeValues: Object.assign({}, ...unchanged.map(({ values }) => values)),
        ...RETURN_FAILED,
      })
      // If the SDK repeats a put whose answer was lost, the condition fails on our own row.
      return !failed || rawAttribute(failed.old, 'by') === by
    },

    /** Records that this version has been announced; false if there is a newer one. */
    async markAnnounced(user: string, version: number): Promise<boolean> {
      const marked = await update(table, {
        Key: presenceKey(user),
        UpdateExpression: 'SET told = :true, version = version + :one',
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':true': true, ':one': 1, ':version': version },
      })
      return marked !== undefined
    },
  }
}

/** The condition that a counter has not changed. A counter is missing until it is first incremented. */
const stillIs = (counter: string, count: number) => ({
  condition:
    count === 0
      ? `(attribute_not_exists(${counter}) OR ${counter} = :${counter})`
      : `${counter} = :${counter}`,
  values: { [`:${counter}`]: count },
})

const toRow = ({ online, lastSeen, checkAt, changedAt, announced, version, connects }: Presence) => ({
  online,
  last_seen: lastSeen,
  check_at: checkAt,
  changed_at: changedAt,
  told: announced,
  version,
  comings: connects,
})

const toPresence = (row: Row): Presence => ({
  online: row['online'] === true,
  lastSeen: Number(row['last_seen'] ?? 0),
  checkAt: Number(row['check_at'] ?? 0),
  changedAt: Number(row['changed_at'] ?? 0),
  announced: row['told'] !== false,
  version: Number(row['version'] ?? 0),
  connects: Number(row['comings'] ?? 0),
  ...toChange(row, 'connected'),
  ...toChange(row, 'disconnected'),
})

function toChange(row: Row, kind: PresenceChangeKind) {
  const prefix = prefixes[kind]
  const connection = row[`${prefix}_connection`]
  if (connection === undefined) return {}
  return { [kind]: { connection: String(connection), at: Number(row[`${prefix}_at`]) } }
}
