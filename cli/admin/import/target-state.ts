import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Row } from '../../../lambdas/stores/table.ts'
import { demoUsersFile, readUsersFile } from '../../../local/users-file.ts'
import { type Target, TargetError } from '../../target.ts'
import { isMarker, markerKey } from '../format/to-lines.ts'
import { scanPages } from '../scan.ts'
import type { Checked } from './check.ts'
import { findRemains, removeRemains } from './smoke-remains.ts'

type Tables = Pick<Target, 'db' | 'tables'>

/**
 * Marks that an import is running. Throws if the chat is not empty, unless the import of the same file was interrupted.
 */
export async function begin(target: Tables, { digest, users }: Checked): Promise<void> {
  const { db, tables } = target
  const marker = (
    await db.send(new GetCommand({ TableName: tables.users, Key: markerKey, ConsistentRead: true }))
  ).Item
  if (marker?.['digest'] === digest) return
  if (marker) {
    throw new TargetError(
      'An import of another file into this chat has not finished. Repeat it with that file, or use an empty chat.',
    )
  }
  await makeEmpty(target, users)
  await db.send(new PutCommand({ TableName: tables.users, Item: { ...markerKey, digest } }))
}

/** Removes the mark. From now on, the chat counts as not empty. */
export async function finish({ db, tables }: Tables): Promise<void> {
  await db.send(new DeleteCommand({ TableName: tables.users, Key: markerKey }))
}

/** Every row of the users table; an empty chat has few. */
export async function rowsOfUsers(target: Tables): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const page of scanPages(target, { TableName: target.tables.users })) rows.push(...page)
  return rows.filter((row) => !isMarker(row))
}

/**
 * Throws unless the chat is empty. The chat may still contain users who are also in the file, the demo users of a
 * laptop, and everything that `smoke` has left behind, which is removed. Connections do not count, because they hold
 * nothing that lasts.
 */
async function makeEmpty(target: Tables, imported: ReadonlySet<string>): Promise<void> {
  const remains = await findRemains(target)
  if (typeof remains === 'string') throw notEmpty(remains)
  const demo = new Set(readUsersFile(demoUsersFile).users.map(({ id, email }) => `${id} ${email}`))
  const others = (await rowsOfUsers(target)).filter(
    ({ id, email, sk }) => sk === 'REMOVED' || !(imported.has(String(id)) || demo.has(`${id} ${email}`)),
  )
  if (others.length > 0) throw notEmpty(`users who are not in the file, such as ${others[0]?.['id']}`)
  await removeRemains(target, remains)
}

const notEmpty = (what: string) =>
  new TargetError(
    `The chat is not empty: it has ${what}. Import into a new stack, or on a laptop into a new DATA_DIR, without USERS_FILE.`,
  )
