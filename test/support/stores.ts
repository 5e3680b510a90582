import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { inject } from 'vitest'
import { allFeatures } from '../../protocol/features.ts'
import { allStores } from '../../verification/simulator/all-stores.ts'

/** What the rules need beside the stores, for who wants none of it. */
export const quiet = {
  tasks: { send: async () => undefined },
  features: allFeatures,
  report: (error: unknown) => {
    throw error
  },
  now: Date.now,
}

/** The real stores on the real engine of the running chat, as an operator would use them. */
export function openStores() {
  const tables = inject('tables')
  const documents = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: inject('databaseEndpoint'),
      region: 'eu-west-1',
      credentials: { accessKeyId: 'tests', secretAccessKey: 'tests' },
    }),
  )
  return { documents, tables, ...allStores(documents, tables) }
}
