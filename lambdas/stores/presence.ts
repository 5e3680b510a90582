import { randomBytes } from 'node:crypto'
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { batchGet, isConditionFailure, type Row, rawAttribute, type Table, updateIf } from './table.ts'

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
  /** The first device to go since somebody looked, whose end asks for the next look. */
  readonly gone?: { readonly connection: string; readonly at: number }
  /** How often the row was written. */
  readonly version: number
}

const presenceKey = (user: string) => ({ pk: `USER#${user}`, sk: 'PRESENCE' })

export type PresenceStore = ReturnType<typeof presenceStore>

/** One row for each user who ever had a device on. */
export function presenceStore(table: Table) {
  const { documents, tableName: TableName } = table
  return {
    async find(user: string): Promise<Presence | undefined> {
      const get = new GetCommand({ TableName, Key: presenceKey(user), ConsistentRead: true })
      const { Item } = await documents.send(get)
      return Item && toPresence(Item)
    },

    /**
     * Notes that a device came, or which one went, so that a look under way, which may not have seen it, looks again.
     * Resolves with what was known before; undefined if nobody has looked yet.
     */
    async note(user: string, gone?: Presence['gone']): Promise<Presence | undefined> {
      const first =
        ' SET gone_connection = if_not_exists(gone_connection, :gone), gone_at = if_not_exists(gone_at, :at)'
      const before = await updateIf(
        table,
        new UpdateCommand({
          TableName,
          Key: presenceKey(user),
          UpdateExpression: `ADD version :one${gone ? first : ''}`,
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':one': 1, ...(gone && { ':gone': gone.connection, ':at': gone.at }) },
          ReturnValues: 'ALL_OLD',
        }),
      )
      return before && toPresence(before)
    },

    /** What is known of several users, by id. */
    async findAll(users: Iterable<string>): Promise<ReadonlyMap<string, Presence>> {
      const rows = await batchGet(table, [...new Set(users)].map(presenceKey))
      return new Map(rows.map((row) => [String(row['pk']).slice('USER#'.length), toPresence(row)]))
    },

    /** Writes the version after the one that was read; false if somebody else has. */
    async write(user: string, presence: Presence): Promise<boolean> {
      const by = randomBytes(8).toString('base64url')
      const put = new PutCommand({
        TableName,
        Item: { ...presenceKey(user), ...toRow(presence), by },
        ConditionExpression: presence.version === 1 ? 'attribute_not_exists(pk)' : 'version = :before',
        ...(presence.version === 1 ? {} : { ExpressionAttributeValues: { ':before': presence.version - 1 } }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
      try {
        await documents.send(put)
        return true
      } catch (error) {
        if (!isConditionFailure(error)) throw error
        // The SDK repeats a put whose answer was lost; then it meets its own row.
        return rawAttribute(error.Item, 'by') === by
      }
    },

    /** Remembers that everybody was told of this version; false if there is a newer one. */
    async markTold(user: string, version: number): Promise<boolean> {
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

const toRow = ({ online, lastSeen, checkAt, changedAt, told, version }: Presence) => ({
  online,
  last_seen: lastSeen,
  check_at: checkAt,
  changed_at: changedAt,
  told,
  version,
})

const toPresence = (row: Row): Presence => ({
  online: row['online'] === true,
  lastSeen: Number(row['last_seen']),
  checkAt: Number(row['check_at']),
  changedAt: Number(row['changed_at']),
  told: row['told'] === true,
  version: Number(row['version']),
  ...(row['gone_connection'] !== undefined && {
    gone: { connection: String(row['gone_connection']), at: Number(row['gone_at']) },
  }),
})
