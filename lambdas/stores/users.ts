import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import type { Person } from '../../protocol/model.ts'
import { findByTerm, searchKey, termsOf, toPerson } from './search.ts'
import {
  batchGet,
  cancellationReasons,
  failedCondition,
  queryRows,
  type Row,
  retryConflicts,
  type Table,
  type TransactItem,
} from './table.ts'

export interface User extends Person {
  /** Only `admin` may chat. */
  readonly role: string
}

const profileKey = (id: string) => ({ pk: `USER#${id}`, sk: 'PROFILE' })
/** Every user once more in one partition, so that listing them is a query and never a scan. */
const rosterKey = (id: string) => ({ pk: 'ROSTER', sk: id })

type Items = NonNullable<ConstructorParameters<typeof TransactWriteCommand>[0]['TransactItems']>

export type UserStore = ReturnType<typeof userStore>

export function userStore(table: Table) {
  const { db, tableName: TableName } = table
  return {
    async find(id: string): Promise<User | undefined> {
      const { Item } = await db.send(
        new GetCommand({ TableName, Key: profileKey(id), ConsistentRead: true }),
      )
      return Item && toUser(Item)
    },

    /** A part of a transaction that fails it unless the user may chat when it commits. */
    adminCheck(id: string): TransactItem {
      return {
        ConditionCheck: {
          TableName,
          Key: profileKey(id),
          ConditionExpression: '#role = :admin',
          ExpressionAttributeNames: { '#role': 'role' },
          ExpressionAttributeValues: { ':admin': 'admin' },
        },
      }
    },

    /** The users that exist among these, by id. */
    async findAll(ids: Iterable<string>): Promise<ReadonlyMap<string, User>> {
      const rows = await batchGet(table, [...new Set(ids)].map(profileKey))
      return new Map(rows.map((row) => [String(row['id']), toUser(row)]))
    },

    /** Adds users and updates those that exist; removes nobody. */
    async importUsers(users: readonly User[]): Promise<void> {
      for (const user of users) await write(user.id, user)
    },

    /** Other administrators who have a name or an e-mail that begins so, which is folded already. */
    searchAdmins(prefix: string, except: string, limit: number): Promise<readonly Person[]> {
      return findByTerm(table, prefix, except, limit)
    },

    async listUsers(): Promise<readonly User[]> {
      const users: User[] = []
      for await (const row of queryRows(table, {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'ROSTER' },
      })) {
        users.push(toUser(row))
      }
      return users
    },

    removeUser(id: string): Promise<void> {
      return write(id)
    },
  }

  /**
   * Puts all rows of a user, or removes them, in one transaction. The profile keeps the terms that have rows, so that
   * they are found again whatever became of the name, or of the folding; who wrote them meanwhile makes it look again.
   */
  async function write(id: string, user?: User): Promise<void> {
    for (;;) {
      const { Item } = await db.send(
        new GetCommand({ TableName, Key: profileKey(id), ConsistentRead: true }),
      )
      const before = Item?.['search_terms'] as readonly string[] | undefined
      try {
        await retryConflicts(() =>
          db.send(new TransactWriteCommand({ TransactItems: items(id, before, user) })),
        )
        return
      } catch (error) {
        if (!failedCondition(cancellationReasons(error)?.[0])) throw error
      }
    }
  }

  function items(id: string, before: readonly string[] | undefined, user: User | undefined): Items {
    const unchanged = before
      ? { ConditionExpression: 'search_terms = :before', ExpressionAttributeValues: { ':before': before } }
      : { ConditionExpression: 'attribute_not_exists(search_terms)' }
    const terms = user?.role === 'admin' ? termsOf(user) : []
    const gone = (before ?? []).filter((term) => !terms.includes(term))
    const remove = (Key: Row) => ({ Delete: { TableName, Key } })
    const removals = gone.map((term) => remove(searchKey(term, id)))
    if (!user) {
      return [
        { Delete: { TableName, Key: profileKey(id), ...unchanged } },
        remove(rosterKey(id)),
        ...removals,
      ]
    }
    const { firstname, lastname, email, role } = user
    const row = { id, firstname, lastname, email, role }
    const put = (Item: Row) => ({ Put: { TableName, Item } })
    return [
      { Put: { TableName, Item: { ...profileKey(id), ...row, search_terms: terms }, ...unchanged } },
      put({ ...rosterKey(id), ...row }),
      ...terms.map((term) => put({ ...searchKey(term, id), id, firstname, lastname, email })),
      ...removals,
    ]
  }
}

const toUser = (row: Row): User => ({ ...toPerson(row), role: String(row['role'] ?? '') })
