import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { concurrently } from '../lambdas/async.ts'
import type { User } from '../lambdas/model.ts'
import { type UserStore, userStore } from '../lambdas/stores/users.ts'
import { damageOf } from './aws/dynamodb/damage.ts'
import { createEngineClient } from './aws/dynamodb/engine-client.ts'
import { createTables } from './aws/dynamodb/tables.ts'
import type { Runtime, RuntimeOptions } from './runtime-types.ts'

export interface DatabaseOptions
  extends Pick<RuntimeOptions, 'users' | 'demo'>,
    Pick<Runtime, 'databaseEndpoint' | 'stack' | 'tables'> {
  /** The embedded engine's file, named in errors. */
  readonly file: string
}

interface FilledDatabase extends Pick<Runtime, 'users' | 'removedIds'> {
  /** The ids of users who were administrators before the import and no longer are. */
  readonly demotedIds: readonly string[]
}

/** All users, also those who were added after the start. */
export async function listUsers(databaseEndpoint: string, tableName: string): Promise<readonly User[]> {
  const engine = createEngineClient(databaseEndpoint)
  try {
    return await userStore({ db: DynamoDBDocumentClient.from(engine), tableName }).listUsers()
  } finally {
    engine.destroy()
  }
}

/** Creates the missing tables and imports the users. */
export async function fillDatabase(options: DatabaseOptions): Promise<FilledDatabase> {
  const engine = createEngineClient(options.databaseEndpoint)
  try {
    await createTables(engine, options.stack.tables)
    const db = DynamoDBDocumentClient.from(engine)
    const store = userStore({ db, tableName: options.tables.users })
    const keepsUsers = options.demo === true && (await store.listUsers()).length > 0
    const { removedIds, demotedIds } = await importUsers(store, keepsUsers ? [] : (options.users ?? []))
    return { users: await store.listUsers(), removedIds, demotedIds }
  } catch (error) {
    throw damageOf(options.file, error) ?? error
  } finally {
    engine.destroy()
  }
}

const IMPORT_CONCURRENCY = 10

async function importUsers(store: UserStore, users: readonly User[]) {
  const removed = new Set<string>()
  const demotedIds: string[] = []
  const onDemoted = async (id: string) => void demotedIds.push(id)
  await concurrently(users, IMPORT_CONCURRENCY, async (user) => {
    for (const id of await store.importUsers([user], undefined, onDemoted)) removed.add(id)
  })
  // `removedIds` is in the order of the file.
  return { removedIds: users.map(({ id }) => id).filter((id) => removed.has(id)), demotedIds }
}
