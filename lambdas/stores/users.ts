import type { Person } from '../../protocol/model.ts'
import type { User } from '../model.ts'
import { currentForm, findByTerm, searchKey, searchRowsOf, toPerson } from './search.ts'
import {
  allRows,
  batchGet,
  deleteItem,
  get,
  putItem,
  type Row,
  type Table,
  type TransactItem,
  transact,
} from './table.ts'

export const profileKey = (id: string) => ({ pk: `USER#${id}`, sk: 'PROFILE' })
/** A second row for every user, all in one partition, so that listing users is a query rather than a scan. */
const rosterKey = (id: string) => ({ pk: 'ROSTER', sk: id })

export type UserStore = ReturnType<typeof userStore>

export function userStore(table: Table) {
  const { db, tableName: TableName } = table
  return {
    async find(id: string): Promise<User | undefined> {
      const row = await get(table, profileKey(id))
      return row && toUser(row)
    },

    /** The users that exist among these ids. */
    async findAll(ids: Iterable<string>): Promise<ReadonlyMap<string, User>> {
      const rows = await batchGet(table, [...new Set(ids)].map(profileKey))
      return new Map(rows.map((row) => [String(row['id']), toUser(row)]))
    },

    /** Adds new users and updates existing ones. Removes none. */
    async importUsers(users: readonly User[]): Promise<void> {
      for (const user of users) await write(user.id, user)
    },

    /** Administrators other than `except` whose name or e-mail begins with a prefix, which must be folded. */
    searchAdmins(prefix: string, except: string, limit: number): Promise<readonly Person[]> {
      return findByTerm(table, prefix, except, limit)
    },

    async listUsers(): Promise<readonly User[]> {
      return (await allRows(table, 'ROSTER')).map(toUser)
    },

    removeUser(id: string): Promise<void> {
      return write(id)
    },
  }

  /**
   * Writes or removes all rows of a user in one transaction. The profile records the search rows, so that
   * they can be removed after the name, or the folding, has changed. If another write changes them first, tries again.
   */
  async function write(id: string, user?: User): Promise<void> {
    for (;;) {
      const before = (await get(table, profileKey(id)))?.['search_terms'] as readonly string[] | undefined
      if (!(await transact(db, items(id, before, user)))) return
    }
  }

  function items(
    id: string,
    before: readonly string[] | undefined,
    user: User | undefined,
  ): readonly TransactItem[] {
    const unchanged = before
      ? { ConditionExpression: 'search_terms = :before', ExpressionAttributeValues: { ':before': before } }
      : { ConditionExpression: 'attribute_not_exists(search_terms)' }
    const searchRows = user?.role === 'admin' ? searchRowsOf(user) : []
    const obsolete = (before ?? []).map(currentForm).filter((searchRow) => !searchRows.includes(searchRow))
    const removals = obsolete.map((searchRow) => deleteItem(TableName, searchKey(searchRow, id)))
    if (!user) {
      const [profile, listed] = [profileKey(id), rosterKey(id)]
      return [deleteItem(TableName, profile, unchanged), deleteItem(TableName, listed), ...removals]
    }
    const { firstname, lastname, email, role } = user
    const row = { id, firstname, lastname, email, role }
    const put = (Item: Row) => putItem(TableName, Item)
    return [
      putItem(TableName, { ...profileKey(id), ...row, search_terms: searchRows }, unchanged),
      put({ ...rosterKey(id), ...row }),
      ...searchRows.map((searchRow) => put({ ...searchKey(searchRow, id), id, firstname, lastname, email })),
      ...removals,
    ]
  }
}

const toUser = (row: Row): User => ({ ...toPerson(row), role: String(row['role'] ?? '') })
