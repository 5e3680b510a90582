import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import type { Rate } from '../../protocol/limits.ts'
import { type ChannelConnection, channelStore } from './channels.ts'
import {
  cancellationReasons,
  failedCondition,
  isConditionFailure,
  type Row,
  rawAttribute,
  retryConflicts,
  type Table,
  type TransactItem,
} from './table.ts'

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
}

/** What became of a frame that asked to be let in. */
export type Admission =
  | { readonly outcome: 'admitted'; readonly connection: Connection }
  /** There is no such connection any more. */
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'too_fast'; readonly waitMs: number }

/** API Gateway cuts a connection after two hours; TTL sweeps what no event removed. Seconds. */
const ROW_LIFETIME = 2 * 3600 + 600

/** It is there and nobody is taking it away. */
export const OPEN = 'attribute_exists(pk) AND attribute_not_exists(closing)'

export const connectionKey = (id: string) => ({ pk: `CONN#${id}`, sk: 'CONN' })

export type ConnectionStore = ReturnType<typeof connectionStore>

export function connectionStore(table: Table) {
  const { documents, tableName: TableName } = table
  const { enter, ...channels } = channelStore(table)
  return {
    ...channels,

    /** Remembers a connection. */
    async open(id: string, now: number): Promise<void> {
      const Item = {
        ...connectionKey(id),
        id,
        opened_at: now,
        expires_at: Math.floor(now / 1000) + ROW_LIFETIME,
      }
      // A first try that was given up and arrives late must not wipe what has happened since.
      const put = new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' })
      try {
        await documents.send(put)
      } catch (error) {
        if (!isConditionFailure(error)) throw error
      }
    },

    /** An open connection; one that is being taken away is none. */
    async find(id: string): Promise<Connection | undefined> {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: connectionKey(id), ConsistentRead: true }),
      )
      return Item && !Item['closing'] ? toConnection(Item) : undefined
    },

    /**
     * Reads the connection of a frame and counts the frame in the same write. A client that is not ahead of its
     * pace costs one write; in a burst the first attempt fails and the second one counts.
     */
    async admit(id: string, rate: Rate, now: number): Promise<Admission> {
      const interval = 1000 / rate.perSecond
      const latest = now + (rate.burst - 1) * interval
      const idle = await arrive(id, 'arrival = :next', '(attribute_not_exists(arrival) OR arrival <= :now)', {
        ':next': now + interval,
        ':now': now,
      })
      if (idle.updated) return { outcome: 'admitted', connection: toConnection(idle.updated) }
      if (!idle.found) return { outcome: 'unknown' }
      const burst = await arrive(id, 'arrival = arrival + :interval', 'arrival <= :latest', {
        ':interval': interval,
        ':latest': latest,
      })
      if (burst.updated) return { outcome: 'admitted', connection: toConnection(burst.updated) }
      if (!burst.found) return { outcome: 'unknown' }
      return { outcome: 'too_fast', waitMs: Math.ceil(Number(rawAttribute(burst.found, 'arrival')) - latest) }
    },

    /**
     * Makes the connection its user's, or extends it. Both rows or neither: a connection that is gone, or is
     * another user's, stays as it is.
     * @param insist what else must hold in that moment
     */
    async authenticate(
      { id, user, since, tokenExpiresAt }: ChannelConnection,
      insist: readonly TransactItem[] = [],
    ): Promise<boolean> {
      try {
        await retryConflicts(() =>
          documents.send(
            new TransactWriteCommand({
              TransactItems: [
                {
                  Update: {
                    TableName,
                    Key: connectionKey(id),
                    UpdateExpression: 'SET #user = :user, token_expires_at = :expires',
                    // An update would create the row anew after a $disconnect has removed it.
                    ConditionExpression: `${OPEN} AND (attribute_not_exists(#user) OR #user = :user)`,
                    ExpressionAttributeNames: { '#user': 'user' },
                    ExpressionAttributeValues: { ':user': user, ':expires': tokenExpiresAt },
                  },
                },
                enter({ id, user, since, tokenExpiresAt }),
                ...insist,
              ],
            }),
          ),
        )
        return true
      } catch (error) {
        // Cancelled for any other reason, nothing is known against it: the caller may try again.
        if (cancellationReasons(error)?.some(failedCondition)) return false
        throw error
      }
    },

    /**
     * Counts a refused token (`failures`) or a frame that came too fast (`strikes`); resolves with how many there
     * were, or undefined if the connection is gone.
     */
    async count(id: string, counter: 'failures' | 'strikes'): Promise<number | undefined> {
      try {
        const { Attributes } = await documents.send(
          new UpdateCommand({
            TableName,
            Key: connectionKey(id),
            UpdateExpression: `ADD ${counter} :one`,
            ConditionExpression: OPEN,
            ExpressionAttributeValues: { ':one': 1 },
            ReturnValues: 'UPDATED_NEW',
          }),
        )
        return Number(Attributes?.[counter])
      } catch (error) {
        if (isConditionFailure(error)) return undefined
        throw error
      }
    },

    /**
     * Begins to take a connection away and resolves with what is known of it. From here on nothing can be added to
     * it; whoever comes again, after a crash in between, gets the same answer until it is removed.
     */
    async take(id: string): Promise<Connection | undefined> {
      try {
        const { Attributes } = await documents.send(
          new UpdateCommand({
            TableName,
            Key: connectionKey(id),
            UpdateExpression: 'SET closing = :true',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':true': true },
            ReturnValues: 'ALL_NEW',
          }),
        )
        return Attributes && toConnection(Attributes)
      } catch (error) {
        if (isConditionFailure(error)) return undefined
        throw error
      }
    },

    /** Ends what `take` began, once everything that the connection's row names is gone. */
    async remove(id: string): Promise<void> {
      await documents.send(new DeleteCommand({ TableName, Key: connectionKey(id) }))
    },

    /** What stands of a connection, also while it is being taken away. */
    async look(id: string): Promise<(Connection & { readonly closing: boolean }) | undefined> {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: connectionKey(id), ConsistentRead: true }),
      )
      return Item && { ...toConnection(Item), closing: isClosing(Item) }
    },
  }

  async function arrive(id: string, set: string, condition: string, values: Record<string, number>) {
    try {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName,
          Key: connectionKey(id),
          UpdateExpression: `SET ${set}`,
          ConditionExpression: `${OPEN} AND ${condition}`,
          ExpressionAttributeValues: values,
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return { updated: Attributes }
    } catch (error) {
      if (!isConditionFailure(error)) throw error
      // No arrival: it is not there at all.
      const known = rawAttribute(error.Item, 'arrival') !== undefined && !isClosing(error.Item)
      return known ? { found: error.Item } : {}
    }
  }
}

const isClosing = (item: unknown) => Object.hasOwn(Object(item), 'closing')

function toConnection(row: Row): Connection {
  return {
    id: String(row['id']),
    ...(typeof row['user'] === 'string' ? { user: row['user'] } : {}),
    tokenExpiresAt: Number(row['token_expires_at'] ?? 0),
    openedAt: Number(row['opened_at'] ?? 0),
    joined: (row['joined'] as ReadonlySet<string> | undefined) ?? new Set(),
  }
}
