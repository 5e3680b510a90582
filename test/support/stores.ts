import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { inject } from 'vitest'
import { allStores } from './all-stores.ts'

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
