import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { place } from '../../stack/names.ts'

/** The credentials of every call to the engine. Local engines check the access key at most. */
export const engineCredentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const

/** Creates a client for the engine itself, without the permission checks that functions are subject to. */
export function createEngineClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: place.region, credentials: engineCredentials })
}
