import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { User } from '../lambdas/model.ts'
import { userStore } from '../lambdas/stores/users.ts'
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

/** Creates the missing tables and imports the users. Resolves with all users of the database. */
export async function fillDatabase(options: DatabaseOptions): Promise<readonly User[]> {
  const engine = createEngineClient(options.databaseEndpoint)
  try {
    await createTables(engine, options.stack.tables)
    const db = DynamoDBDocumentClient.from(engine)
    const store = userStore({ db, tableName: options.tables.users })
    const keepsUsers = options.demo === true && (await store.listUsers()).length > 0
    if (!keepsUsers) await store.importUsers(options.users ?? [])
    return await store.listUsers()
  } catch (error) {
    throw damageOf(options.file, error) ?? error
  } finally {
    engine.destroy()
  }
}
