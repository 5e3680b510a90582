import type { ClaimOutcome, Entry, StoredSend } from '../model.ts'
import { conversationKeys } from './conversation-keys.ts'
import {
  IF_NEW,
  putItem,
  RETURN_FAILED,
  type Row,
  rawAttribute,
  type Table,
  type TransactItem,
  transact,
} from './table.ts'

/** Fields whose attribute has a different name. Absent fields stay absent in both directions. */
const attributes = {
  clientMessageId: 'client_message_id',
  createdAt: 'created_at',
  editedAt: 'edited_at',
  deletedAt: 'deleted_at',
  targetSeq: 'target_seq',
  messageSeq: 'message_seq',
  changeSeq: 'change_seq',
  deletedSeq: 'deleted_seq',
  hashKey: 'hash_key',
  removedBy: 'removed_by',
} as const
const names = new Map<string, string>(Object.entries(attributes))
const fields = new Map<string, string>(Object.entries(attributes).map(([field, name]) => [name, field]))

/**
 * The prefix of each user id in a stored map, because the SDK loses a key `__proto__` and refuses an object with a key
 * `constructor`. No user id contains this character.
 */
const USER_PREFIX = '#'

/**
 * The maps by user id, and how to combine two values for one user: during a deployment, a function of an older version
 * adds keys without the prefix to those that it has read.
 */
const userMaps = new Map<string, (one: number, other: number) => number>([
  ['sent', (one, other) => one + other],
  ['paid', Math.max],
])

/** The row of an entry, key included. */
export const toEntryRow = (conversation: string, entry: Entry): Row => ({
  ...conversationKeys.entry(conversation, entry.seq),
  ...Object.fromEntries(
    Object.entries(entry)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => [names.get(field) ?? field, value instanceof Map ? ofUsers(value) : value]),
  ),
})

/** A map by user id as it is stored. */
export const ofUsers = (byUser: ReadonlyMap<string, number>) =>
  Object.fromEntries([...byUser].map(([user, value]) => [USER_PREFIX + user, value]))

/**
 * The entry of a row. Only `toEntryRow` writes such rows. The oldest have no kind; attributes that a later version adds
 * are passed along and ignored.
 */
export const toEntry = ({ pk: _pk, sk: _sk, ...row }: Row): Entry =>
  ({
    kind: 'message',
    ...Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        const combine = userMaps.get(name)
        return [fields.get(name) ?? name, combine ? toUserMap(value, combine) : value]
      }),
    ),
  }) as unknown as Entry

export function toUserMap(
  stored: unknown,
  combine: (one: number, other: number) => number = Math.max,
): ReadonlyMap<string, number> {
  const byUser = new Map<string, number>()
  for (const [key, value] of Object.entries(stored as Row) as [string, number][]) {
    const user = key.startsWith(USER_PREFIX) ? key.slice(USER_PREFIX.length) : key
    const other = byUser.get(user)
    byUser.set(user, other === undefined ? value : combine(value, other))
  }
  return byUser
}

/** The stored send in an item that came with an error. */
export const toStoredSend = (item: unknown): StoredSend => ({
  seq: Number(rawAttribute(item, 'seq')),
  hash: rawAttribute(item, 'hash'),
})

/**
 * Claims the slot of an entry together with the change that the entry records, in one transaction. If the slot is taken
 * by the entry itself, an earlier attempt was committed and its answer lost.
 */
export async function claimSlot(
  { db, tableName }: Table,
  conversation: string,
  entry: Entry,
  change: readonly TransactItem[],
): Promise<ClaimOutcome> {
  const slot = putItem(tableName, toEntryRow(conversation, entry), { ...IF_NEW, ...RETURN_FAILED })
  const failed = await transact(db, [slot, ...change])
  if (!failed) return 'stored'
  if (!failed[0]) return 'refused'
  return isEntry(failed[0].old, entry) ? 'stored' : 'taken'
}

/** Whether an item that came with an error is this very entry. */
export const isEntry = (item: unknown, { id }: Entry) => rawAttribute(item, 'id') === id
