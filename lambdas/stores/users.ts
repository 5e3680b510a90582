import type { Person } from '../../protocol/model.ts'
import type { User } from '../model.ts'
import { currentForm, findByWords, searchKey, searchRowsOf, toPerson } from './search.ts'
import {
  allRows,
  batchGet,
  deleteItem,
  get,
  IF_NEW,
  putItem,
  type Row,
  type Table,
  type TransactItem,
  transact,
  update,
} from './table.ts'

export const profileKey = (id: string) => ({ pk: `USER#${id}`, sk: 'PROFILE' })
/** Remains when a user is removed, so that the id is not given to another user by accident. */
const removedKey = (id: string) => ({ pk: `USER#${id}`, sk: 'REMOVED' })
export const removedRow = (id: string): Row => ({ ...removedKey(id), id })
/** A second row for every user, all in one partition, so that listing users is a query rather than a scan. */
const rosterKey = (id: string) => ({ pk: 'ROSTER', sk: id })

/**
 * Condition on a profile: a token issued at `:issued`, in epoch seconds, was issued after the user was last signed out.
 * `iat` has no fractions, so a token of the same second is refused: it may have been issued before the sign-out.
 */
export const ISSUED_SINCE_SIGN_OUT = '(attribute_not_exists(signed_out_at) OR signed_out_at < :issued)'

/** The attributes of a profile that other writes may change between our read and our write. */
const GUARDED = ['search_terms', 'signed_out_at'] as const

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

    /**
     * Adds new users and updates existing ones. Removes none. Resolves with the ids that were not added, because they
     * belonged to a user who was removed.
     *
     * @param reuseAt if given, also adds users with the id of a removed user; tokens issued in this second (since the
     *   epoch) or before are refused, because they were issued to the previous user of the id
     * @param onDemoted called right after the write of each user who was an administrator before and no longer is
     */
    async importUsers(
      users: readonly User[],
      reuseAt?: number,
      onDemoted?: (id: string) => Promise<void>,
    ): Promise<readonly string[]> {
      const refused: string[] = []
      for (const user of users) {
        const written = await write(user, reuseAt)
        if (written === 'refused') refused.push(user.id)
        if (written === 'demoted') await onDemoted?.(user.id)
      }
      return refused
    },

    /** Refuses the tokens of a user that were issued in this second (since the epoch) or before. */
    async signOut(id: string, at: number): Promise<void> {
      await update(table, {
        Key: profileKey(id),
        UpdateExpression: 'SET signed_out_at = :at',
        // The time never goes back, even if the clocks differ.
        ConditionExpression: `attribute_exists(pk) AND ${ISSUED_SINCE_SIGN_OUT.replace(':issued', ':at')}`,
        ExpressionAttributeValues: { ':at': at },
      })
    },

    /** Administrators other than `except` who are found by these words, which must be folded. */
    searchAdmins(words: readonly string[], except: string, limit: number): Promise<readonly Person[]> {
      return findByWords(table, words, except, limit)
    },

    async listUsers(): Promise<readonly User[]> {
      return (await allRows(table, 'ROSTER')).map(toUser)
    },

    /** Removes a user. From then on, the id is not given to another user. */
    async removeUser(id: string): Promise<void> {
      for (;;) {
        const before = await get(table, profileKey(id))
        if (!before) return
        const removals = [
          deleteItem(TableName, profileKey(id), ifUnchanged(before)),
          putItem(TableName, removedRow(id)),
          deleteItem(TableName, rosterKey(id)),
          ...recordedRows(before).map((row) => deleteItem(TableName, searchKey(row, id))),
        ]
        if (!(await transact(db, removals))) return
      }
    },
  }

  /**
   * Writes all rows of a user in one transaction. The profile records the search rows, so that they can be removed
   * after the name, or the folding, has changed. If another write changes the profile first, tries again.
   * `refused` if the id belonged to a user who was removed; `demoted` if the user was an administrator until now.
   */
  async function write(user: User, reuseAt: number | undefined): Promise<'refused' | 'demoted' | 'written'> {
    let wasAdmin = false
    for (;;) {
      const before = await get(table, profileKey(user.id))
      wasAdmin ||= before?.['role'] === 'admin'
      const failed = await transact(
        db,
        before
          ? rowsOf(user, before, before['signed_out_at'])
          : [claimId(user.id, reuseAt), ...rowsOf(user, undefined, reuseAt)],
      )
      if (!failed) return wasAdmin && user.role !== 'admin' ? 'demoted' : 'written'
      if (!before && failed[0]) return 'refused'
    }
  }

  function claimId(id: string, reuseAt: number | undefined): TransactItem {
    const Key = removedKey(id)
    if (reuseAt !== undefined) return deleteItem(TableName, Key)
    return { ConditionCheck: { TableName, Key, ...IF_NEW } }
  }

  function rowsOf(user: User, before: Row | undefined, signedOutAt: unknown): readonly TransactItem[] {
    const { profile, searchRows, copies } = userRows(user, signedOutAt)
    const obsolete = recordedRows(before).filter((row) => !searchRows.includes(row))
    return [
      putItem(TableName, profile, ifUnchanged(before)),
      ...copies.map((row) => putItem(TableName, row)),
      ...obsolete.map((row) => deleteItem(TableName, searchKey(row, user.id))),
    ]
  }
}

/** Every row of a user: the profile, which records the search rows, and its copies, which are listed and searched. */
export function userRows({ id, firstname, lastname, email, role }: User, signedOutAt: unknown) {
  const person = { id, firstname, lastname, email }
  const searchRows = role === 'admin' ? searchRowsOf(person) : []
  const profile: Row = {
    ...profileKey(id),
    ...person,
    role,
    search_terms: searchRows,
    ...(signedOutAt === undefined ? {} : { signed_out_at: signedOutAt }),
  }
  const roster: Row = { ...rosterKey(id), ...person, role }
  const found = searchRows.map((row): Row => ({ ...searchKey(row, id), ...person }))
  return { profile, searchRows, copies: [roster, ...found] }
}

/** The search rows that a profile records. */
const recordedRows = (profile: Row | undefined) =>
  ((profile?.['search_terms'] ?? []) as readonly string[]).map(currentForm)

/** Condition: no other write has created, changed or removed the profile since it was read. */
function ifUnchanged(before: Row | undefined) {
  if (!before) return IF_NEW
  const present = GUARDED.filter((name) => before[name] !== undefined)
  const absent = GUARDED.filter((name) => before[name] === undefined)
  const conditions = [
    'attribute_exists(pk)',
    ...present.map((name) => `${name} = :${name}`),
    ...absent.map((name) => `attribute_not_exists(${name})`),
  ]
  return {
    ConditionExpression: conditions.join(' AND '),
    // DynamoDB refuses an empty map.
    ...(present.length > 0 && {
      ExpressionAttributeValues: Object.fromEntries(present.map((name) => [`:${name}`, before[name]])),
    }),
  }
}

const toUser = (row: Row): User => ({
  ...toPerson(row),
  role: String(row['role'] ?? ''),
  ...(row['signed_out_at'] === undefined ? {} : { signedOutAt: Number(row['signed_out_at']) }),
})
