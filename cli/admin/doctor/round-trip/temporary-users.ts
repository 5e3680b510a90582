import { randomBytes } from 'node:crypto'
import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { concurrently, pause } from '../../../../lambdas/async.ts'
import { conversationKeys } from '../../../../lambdas/stores/conversation-keys.ts'
import { newConversationRows } from '../../../../lambdas/stores/conversation-rows.ts'
import { allRows, put } from '../../../../lambdas/stores/table.ts'
import type { Target } from '../../../target.ts'

/** A test that is older than this has ended, so what it left behind can be removed. */
const ABANDONED_MS = 10 * 60_000
const SETTLE_PAUSE_MS = 250
const SETTLE_TIMEOUT_MS = 15_000
const DELETE_CONCURRENCY = 10

const pattern = /^doctor-(\d+)-[0-9a-f]{8}-[12]$/

/** True for the id of a user that `doctor` has created. */
export const isTemporary = (id: string): boolean => pattern.test(id)

/** Two users and their conversation. */
export interface TemporaryPair {
  readonly users: readonly [string, string]
  readonly conversation: string
}

/** Creates two users who share a conversation. No other user is notified. */
export async function createPair({ users, deps, db, tables }: Target): Promise<TemporaryPair> {
  const name = `doctor-${deps.now()}-${randomBytes(4).toString('hex')}`
  const [one, other] = [`${name}-1`, `${name}-2`] as const
  const user = { firstname: 'Doctor', lastname: 'Test', email: '', role: 'admin' }
  await users.importUsers([
    { ...user, id: one },
    { ...user, id: other },
  ])
  const conversation = randomBytes(16).toString('base64url')
  const createdAt = new Date(deps.now()).toISOString()
  for (const Item of newConversationRows(conversation, [one, other], createdAt)) {
    await put({ db, tableName: tables.conversations }, { Item })
  }
  return { users: [one, other], conversation }
}

/** Removes every row of tests that crashed. */
export async function removeAbandoned(target: Target): Promise<void> {
  const ids = (await target.users.listUsers()).map(({ id }) => id)
  const abandoned = ids.filter(
    (id) => Number(pattern.exec(id)?.[1] ?? Infinity) < target.deps.now() - ABANDONED_MS,
  )
  for (const id of abandoned) await removeTemporaryUser(target, id)
}

/**
 * Removes every row of a user and of the user's conversations, and also the row that prevents another user from getting
 * the id of a removed user. That row is not needed here, because no message remains that names the user as its sender.
 * The user is removed last, so that a removal that crashed can be found and repeated.
 */
export async function removeTemporaryUser(target: Target, id: string): Promise<void> {
  if (!isTemporary(id)) throw new Error(`${id} is not a user of doctor`)
  const { deps, tables, users } = target
  await target.revoke(id)
  for (const conversation of await deps.conversations.ofUser(id)) {
    await removePartition(target, tables.conversations, conversationKeys.partition(conversation.id))
  }
  for (const table of [tables.conversations, tables.invitations, tables.connections]) {
    await removePartition(target, table, `USER#${id}`)
  }
  await users.removeUser(id)
  await removePartition(target, tables.users, `USER#${id}`)
}

async function removePartition({ db }: Target, TableName: string, pk: string): Promise<void> {
  const rows = await allRows({ db, tableName: TableName }, pk)
  await concurrently(rows, DELETE_CONCURRENCY, async ({ sk }) => {
    await db.send(new DeleteCommand({ TableName, Key: { pk, sk } }))
  })
}

/**
 * Waits until the worker has handled the end of the users' connections, so that it no longer writes anything about
 * them. Resolves with false if this has not happened within 15 s.
 */
export async function hasSettled({ deps }: Target, users: readonly string[]): Promise<boolean> {
  const deadline = performance.now() + SETTLE_TIMEOUT_MS
  while (performance.now() < deadline) {
    const settled = await Promise.all(
      users.map(async (user) => {
        const { online, disconnected } = await deps.presence.find(user)
        return !online && !disconnected && (await deps.connections.userConnections(user)).length === 0
      }),
    )
    if (settled.every((is) => is)) return true
    await pause(SETTLE_PAUSE_MS)
  }
  return false
}
