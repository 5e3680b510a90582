import { randomBytes } from 'node:crypto'
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { batchGet, isConditionFailure, type Row, rawAttribute, type Table, updateIf } from './table.ts'

/** A device that came or went, and when. */
export interface Change {
  readonly connection: string
  readonly at: number
}

/** What was last found out about a user's devices. Times are epoch milliseconds. */
export interface Presence {
  readonly online: boolean
  /** When a device was last heard of; 0 if none ever was. */
  readonly lastSeen: number
  /** When a task looks again by itself; 0 if none will. */
  readonly checkAt: number
  /** When `online` became what it is. */
  readonly changedAt: number
  /** Whether everybody concerned has been told since. */
  readonly told: boolean
  /** The first device to come since somebody looked, and the first to go: they ask for the next look. */
  readonly came?: Change
  readonly gone?: Change
  /** Counts looks, what was marked as told, and devices that went. */
  readonly version: number
  /** Changes whenever a device comes; a look puts back the one that it has read. */
  readonly comings: number
}

const presenceKey = (user: string) => ({ pk: `USER#${user}`, sk: 'PRESENCE' })

export type PresenceStore = ReturnType<typeof presenceStore>

/** One row for each user who ever had a device on. */
export function presenceStore(table: Table) {
  const { db, tableName: TableName } = table
  return {
    /** What is known of a user; of one who never had a device on, that there was none. */
    async find(user: string): Promise<Presence> {
      const get = new GetCommand({ TableName, Key: presenceKey(user), ConsistentRead: true })
      const { Item } = await db.send(get)
      return toPresence(Item ?? {})
    },

    /**
     * Notes that a device came or went, so that a look under way, which may not have seen it, looks again: always if
     * it went, and if it came, unless others were found to be on. Resolves with what was known before.
     */
    async note(user: string, what: 'came' | 'gone', { connection, at }: Change): Promise<Presence> {
      const before = await updateIf(
        table,
        new UpdateCommand({
          TableName,
          Key: presenceKey(user),
          UpdateExpression:
            `ADD ${what === 'came' ? 'comings' : 'version'} :one SET ` +
            `${what}_connection = if_not_exists(${what}_connection, :connection), ` +
            `${what}_at = if_not_exists(${what}_at, :at)`,
          ExpressionAttributeValues: { ':one': 1, ':connection': connection, ':at': at },
          ReturnValues: 'ALL_OLD',
        }),
      )
      return toPresence(before ?? {})
    },

    /** What is known of several users, by id. */
    async findAll(users: Iterable<string>): Promise<ReadonlyMap<string, Presence>> {
      const rows = await batchGet(table, [...new Set(users)].map(presenceKey))
      return new Map(rows.map((row) => [String(row['pk']).slice('USER#'.length), toPresence(row)]))
    },

    /**
     * Writes the version after the one that was read, and forgets who asked for it; false if somebody else has written, or
     * if a device has gone since, or one has come to a user who is written to be offline.
     */
    async write(user: string, presence: Presence): Promise<boolean> {
      const by = randomBytes(8).toString('base64url')
      const { online, version, comings } = presence
      const unchanged = [stillIs('version', version - 1), ...(online ? [] : [stillIs('comings', comings)])]
      const put = new PutCommand({
        TableName,
        Item: { ...presenceKey(user), ...toRow(presence), by },
        ConditionExpression: unchanged.map(({ condition }) => condition).join(' AND '),
        ExpressionAttributeValues: Object.assign({}, ...unchanged.map(({ values }) => values)),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
      try {
        await db.send(put)
        return true
      } catch (error) {
        if (!isConditionFailure(error)) throw error
        // The SDK repeats a put whose answer was lost; then it meets its own row.
        return rawAttribute(error.Item, 'by') === by
      }
    },

    /** Remembers that everybody was told of this version; false if there is a newer one. */
    async markAnnounced(user: string, version: number): Promise<boolean> {
      const marked = await updateIf(
        table,
        new UpdateCommand({
          TableName,
          Key: presenceKey(user),
          UpdateExpression: 'SET told = :true, version = version + :one',
          ConditionExpression: 'version = :version',
          ExpressionAttributeValues: { ':true': true, ':one': 1, ':version': version },
        }),
      )
      return marked !== undefined
    },
  }
}

/** The condition that a counter, which begins with the row's first change, still stands where it stood. */
const stillIs = (counter: string, count: number) => ({
  condition:
    count === 0
      ? `(attribute_not_exists(${counter}) OR ${counter} = :${counter})`
      : `${counter} = :${counter}`,
  values: { [`:${counter}`]: count },
})

const toRow = ({ online, lastSeen, checkAt, changedAt, told, version, comings }: Presence) => ({
  online,
  last_seen: lastSeen,
  check_at: checkAt,
  changed_at: changedAt,
  told,
  version,
  comings,
})

const toPresence = (row: Row): Presence => ({
  online: row['online'] === true,
  lastSeen: Number(row['last_seen'] ?? 0),
  checkAt: Number(row['check_at'] ?? 0),
  changedAt: Number(row['changed_at'] ?? 0),
  told: row['told'] !== false,
  version: Number(row['version'] ?? 0),
  comings: Number(row['comings'] ?? 0),
  ...changeOf(row, 'came'),
  ...changeOf(row, 'gone'),
})

const changeOf = (row: Row, what: 'came' | 'gone') =>
  row[`${what}_connection`] === undefined
    ? {}
    : { [what]: { connection: String(row[`${what}_connection`]), at: Number(row[`${what}_at`]) } }
