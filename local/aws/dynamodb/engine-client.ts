import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { place } from '../../stack/names.ts'

/** What every call to the engine is made with; engines on a laptop look at the key at most. */
export const engineCredentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const

/** Speaks to the engine itself, past the gate that the functions go through: for making tables. */
export function createEngineClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: place.region, credentials: engineCredentials })
}
