import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import type { ConnectionRef, Registered } from '../model.ts'
import { CONNECTION_ROW_TTL_SECONDS } from '../platform-limits.ts'
import { get, IF_EXISTS, IF_NEW, put, queryRows, type Row, type Table, update, writeIf } from './table.ts'

const WINDOW_MS = 20 * 60_000

const partition = (window: number) => `OPENED#${window}`
const windowOf = (at: number) => Math.floor(at / WINDOW_MS)

/** One partition for twenty minutes, so that the sweep reads every connection with a few queries and never scans. */
export const registerKey = ({ id, openedAt }: ConnectionRef) => ({
  pk: partition(windowOf(openedAt)),
  sk: `${openedAt}#${id}`,
})

/** Condition: the connection is registered and has not authenticated. */
export const IS_WAITING = {
  ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#user)',
  ExpressionAttributeNames: { '#user': 'user' },
}

export type RegisterStore = ReturnType<typeof registerStore>

/**
 * Every connection, by the time at which it opened. This row is the first to be written for a connection and the last
 * to be removed, so the sweep finds every connection that has rows.
 */
export function registerStore(table: Table) {
  const { db, tableName: TableName } = table
  return {
    /**
     * Registers a connection that opens.
     *
     * @param address the IP address of the client. Only the handshake has it: for a connection through the site, later
     *   events have the address of the site
     */
    async add(ref: ConnectionRef, address?: string): Promise<void> {
      const { id, openedAt } = ref
      const expires_at = Math.floor(openedAt / 1000) + CONNECTION_ROW_TTL_SECONDS
      // The SDK may repeat a put that timed out; the late one must not overwrite what has happened since.
      const row = { ...registerKey(ref), id, opened_at: openedAt, expires_at }
      await put(table, { Item: address === undefined ? row : { ...row, address }, ...IF_NEW })
    },

    async find(ref: ConnectionRef): Promise<Registered | undefined> {
      const row = await get(table, registerKey(ref))
      return row && toRegistered(row)
    },

    /** Lets one frame wait until its connection has authenticated. False if another frame has already waited. */
    async startWaiting(ref: ConnectionRef): Promise<boolean> {
      const started = await update(table, {
        Key: registerKey(ref),
        UpdateExpression: 'SET waited = :true',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(waited)',
        ExpressionAttributeValues: { ':true': true },
      })
      return started !== undefined
    },

    /**
     * Counts a refused token of a connection, whether or not it has authenticated. Resolves with the count, or with
     * undefined if the connection is gone.
     */
    async countFailure(ref: ConnectionRef): Promise<number | undefined> {
      const counted = await update(table, {
        Key: registerKey(ref),
        UpdateExpression: 'ADD failures :one',
        ...IF_EXISTS,
        ExpressionAttributeValues: { ':one': 1 },
        ReturnValues: 'UPDATED_NEW',
      })
      return counted && Number(counted['failures'])
    },

    /** Stores when the token of a connection expires, unless the connection is gone. */
    async renew(ref: ConnectionRef, tokenExpiresAt: number): Promise<void> {
      await update(table, {
        Key: registerKey(ref),
        UpdateExpression: 'SET token_expires_at = :expires',
        ...IF_EXISTS,
        ExpressionAttributeValues: { ':expires': tokenExpiresAt },
      })
    },

    /** Removes a connection that has not authenticated. False if it has, or if it is not registered. */
    async removeWaiting(ref: ConnectionRef): Promise<boolean> {
      const result = await writeIf(() =>
        db.send(new DeleteCommand({ TableName, Key: registerKey(ref), ...IS_WAITING })),
      )
      return 'output' in result
    },

    async remove(ref: ConnectionRef): Promise<void> {
      await db.send(new DeleteCommand({ TableName, Key: registerKey(ref) }))
    },

    /** The connections that opened at or after `from` and before `until`. */
    async openedBetween(from: number, until: number): Promise<readonly Registered[]> {
      const registered: Registered[] = []
      for (let window = windowOf(from); window * WINDOW_MS < until; window++) {
        for await (const row of queryRows(table, {
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :until',
          ExpressionAttributeValues: {
            ':pk': partition(window),
            ':from': String(from),
            ':until': String(until),
          },
        })) {
          registered.push(toRegistered(row))
        }
      }
      return registered
    },
  }
}

const toRegistered = (row: Row): Registered => ({
  id: String(row['id']),
  openedAt: Number(row['opened_at']),
  ...(typeof row['user'] === 'string' ? { user: row['user'] } : {}),
  tokenExpiresAt: Number(row['token_expires_at'] ?? 0),
  ...(typeof row['address'] === 'string' ? { address: row['address'] } : {}),
})
