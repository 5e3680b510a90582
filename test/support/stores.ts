import { randomBytes } from 'node:crypto'
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { inject } from 'vitest'
import { newMemory } from '../../lambdas/memory.ts'
import type { SendingLimits, UserConnection } from '../../lambdas/model.ts'
import { profileKey } from '../../lambdas/stores/users.ts'
import { createEngineClient } from '../../local/aws/dynamodb/engine-client.ts'
import { allFeatures } from '../../protocol/features.ts'
import { defaultRates } from '../../protocol/limits.ts'
import { allStores } from '../../verification/simulator/all-stores.ts'

/** The remaining dependencies of the rules, for tests that do not observe them. */
export const quiet = {
  tasks: { send: async () => undefined },
  features: allFeatures,
  retentionMs: Number.POSITIVE_INFINITY,
  report: (error: unknown) => {
    throw error
  },
  audit: () => undefined,
  tokenClaims: {},
  admitCall: () => undefined,
  now: Date.now,
  rates: defaultRates,
  newId: () => randomBytes(16).toString('base64url'),
}

/** For messages that no other message of the same users limits, and that are kept. */
export const uncounted = () => ({
  retentionMs: quiet.retentionMs,
  connections: { addSent: async (_user: string, costMs: number, now: number) => now + costMs },
  memory: newMemory(),
  report: quiet.report,
})

/** Limits of a user who has sent nothing yet, for invitations that are stored without the rules. */
export const unlimited: SendingLimits = { maxSent: Number.MAX_SAFE_INTEGER, sentTo: () => [] }

/** The real stores on the database of the running chat, with an operator's permissions. */
export function openStores() {
  const tables = inject('tables')
  const db = DynamoDBDocumentClient.from(createEngineClient(inject('databaseEndpoint')))
  const stores = allStores(db, tables)
  return {
    db,
    tables,
    ...stores,
    /** Makes the user an administrator and binds the connection to them. */
    async authenticate(connection: UserConnection): Promise<boolean> {
      const { user } = connection
      await db.send(
        new UpdateCommand({
          TableName: tables.users,
          Key: profileKey(user),
          UpdateExpression: 'SET id = :id, #role = :admin',
          ExpressionAttributeNames: { '#role': 'role' },
          ExpressionAttributeValues: { ':id': user, ':admin': 'admin' },
        }),
      )
      const issuedAt = Math.floor(Date.now() / 1000)
      return (
        (await stores.authentication.bind(connection, connection.since, issuedAt)) ||
        (await stores.authentication.renew(connection, true, issuedAt))
      )
    },
  }
}
