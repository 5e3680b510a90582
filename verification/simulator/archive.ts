import type { History } from '../model/history.ts'
import type { Row } from '../model/rows.ts'
import { type Database, type Input, tableNames } from './backend.ts'

/** Every entry that was removed or whose text was removed, as it was before, by conversation. */
export type Archive = ReadonlyMap<string, readonly Row[]>

/**
 * A database that keeps the entries that the product removes from logs, so that the checker knows everything that was
 * ever stored. Only entries before the start of their log may be removed.
 */
export function withArchive(database: Database, history: History) {
  const archive = new Map<string, Row[]>()
  const read = async (Key: Input) => {
    const { Item } = await database.execute('GetItem', {
      TableName: tableNames.conversations,
      Key,
      ConsistentRead: true,
    })
    return Item as Row | undefined
  }
  const keep = async (key: Input) => {
    const pk = String(key['pk'])
    const conversation = pk.slice('CONV#'.length)
    const [row, meta] = [await read(key), await read({ pk, sk: 'META' })]
    const rows = archive.get(conversation) ?? []
    if (!row || rows.some(({ seq }) => seq === row['seq'])) return
    archive.set(conversation, [...rows, { ...row, sender_id: row['sender'] }])
    if (Number(row['seq']) >= Number(meta?.['first_seq'] ?? 1))
      history.violate('lost', `${row['seq']} of ${conversation} was removed before it had expired`, [
        conversation,
      ])
  }
  const execute: Database['execute'] = async (operation, input) => {
    const key = input['Key'] as Input | undefined
    const isRemoval = /^(DeleteItem|UpdateItem)$/.test(operation) && String(key?.['sk']).startsWith('LOG#')
    if (key && isRemoval) await keep(key)
    return await database.execute(operation, input)
  }
  return { archive: archive as Archive, database: { execute } satisfies Database }
}

/** The logs as they would be if nothing had been removed. */
export function completed(
  log: ReadonlyMap<string, readonly unknown[]>,
  archive: Archive,
): ReadonlyMap<string, readonly unknown[]> {
  return new Map(
    [...log].map(([id, stored]) => {
      const removed = archive.get(id) ?? []
      const isRemoved = (entry: unknown) => removed.some(({ seq }) => seq === (entry as Row)['seq'])
      const entries = [...removed, ...(stored as Row[]).filter((entry) => !isRemoved(entry))]
      return [id, entries.sort((a, b) => Number(a['seq']) - Number(b['seq']))] as const
    }),
  )
}
