import { setTimeout as delay } from 'node:timers/promises'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { removedRow } from '../../../lambdas/stores/users.ts'
import { type Target, TargetError } from '../../target.ts'
import { removeUser } from '../../users/remove-user.ts'
import { eraseLogs } from './logs.ts'
import { eraseConnections, eraseInvitations, eraseProfile } from './rows.ts'

/** A call that was running when the user was removed may still store a message. No call takes longer than this. */
const RUNNING_CALLS_MS = 30_000

/** What was erased of a user. */
export interface Erased {
  /** Whether the user existed until now. */
  readonly removed: boolean
  /** Messages that were emptied. */
  readonly messages: number
  /** Keys and hashes of sends. */
  readonly keys: number
  /** Invitations whose text was removed. */
  readonly invitations: number
  /** Titles of groups that the user created. They stay. */
  readonly titles: readonly string[]
}

/**
 * Removes a user, and the user's texts, names and keys from all rows. Can be repeated: what is already erased does not
 * change.
 *
 * @param waitMs how long a call that began before the user was removed may still run
 */
export async function eraseUser(
  target: Target,
  id: string,
  onProgress: (text: string) => void = () => undefined,
  waitMs = RUNNING_CALLS_MS,
): Promise<Erased> {
  await requireKnown(target, id)
  const { known } = await removeUser(target, id)
  const removedAt = Date.now()
  onProgress('the profile')
  await eraseProfile(target, id)
  onProgress('waiting for the calls of the user that are still running')
  await delay(Math.max(0, removedAt + waitMs - Date.now()))
  const invitations = await eraseInvitations(target, id)
  const logs = await eraseLogs(target, id, (messages) => onProgress(`${messages} messages erased`))
  await eraseConnections(target, id)
  return { removed: known, invitations, ...logs }
}

/** Throws unless the user exists, or was removed before. */
async function requireKnown({ db, tables, users }: Target, id: string): Promise<void> {
  if (await users.find(id)) return
  const { pk, sk } = removedRow(id)
  const { Item } = await db.send(
    new GetCommand({ TableName: tables.users, Key: { pk, sk }, ConsistentRead: true }),
  )
  if (!Item) throw new TargetError(`There is no user ${id}, and there never was.`)
}
