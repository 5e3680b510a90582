import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import type { Identity } from '../../../../local/aws/iam/identities.ts'
import { createVerifier, type SignedRequest } from '../../../../local/aws/iam/signature.ts'
import { anIdentity, catcher, region } from '../support.ts'

const endpoint = 'http://127.0.0.1:9'

/** A DynamoDB read, signed by the SDK. */
function aSignedRead({ credentials }: Identity): Promise<SignedRequest> {
  const { requestHandler, catch: caught } = catcher()
  const client = new DynamoDBClient({ endpoint, region, credentials, requestHandler, maxAttempts: 1 })
  return caught(client.send(new GetItemCommand({ TableName: 'Rooms', Key: { pk: { S: 'é' } } })))
}

function aSignedPost({ credentials }: Identity): Promise<SignedRequest> {
  const { requestHandler, catch: caught } = catcher()
  const client = new ApiGatewayManagementApiClient({
    endpoint: `${endpoint}/prod`,
    region,
    credentials,
    requestHandler,
    maxAttempts: 1,
  })
  return caught(client.send(new PostToConnectionCommand({ ConnectionId: 'a-b_c=', Data: 'hé' })))
}

describe('the signature of a call', () => {
  it('is accepted from the SDK, for DynamoDB and for @connections', async () => {
    const identity = anIdentity()
    const verify = createVerifier([anIdentity(), identity])
    expect(await verify(await aSignedRead(identity))).toEqual({ identity, service: 'dynamodb' })
    const post = await aSignedPost(identity)
    expect(post.url).toBe('/prod/@connections/a-b_c%3D')
    expect(await verify(post)).toEqual({ identity, service: 'execute-api' })
  })

  it('covers method, path, query, signed headers and body', async () => {
    const identity = anIdentity()
    const verify = createVerifier([identity])
    const request = await aSignedPost(identity)
    const tampered: readonly SignedRequest[] = [
      { ...request, method: 'DELETE' },
      { ...request, url: '/prod/@connections/other%3D' },
      { ...request, url: `${request.url}?a=b` },
      { ...request, headers: { ...request.headers, 'content-type': 'text/html' } },
      { ...request, headers: { ...request.headers, 'x-amz-security-token': 'other' } },
      { ...request, body: Buffer.from('other') },
    ]
    for (const changed of tampered) expect(await verify(changed)).toEqual({ refusal: 'mismatch' })
  })

  it('is refused when the key is unknown, when it is missing, and when it is old', async () => {
    const identity = anIdentity()
    const request = await aSignedRead(identity)
    expect(await createVerifier([anIdentity()])(request)).toEqual({ refusal: 'unknown-key' })
    const unsigned = { ...request, headers: { ...request.headers, authorization: undefined } }
    expect(await createVerifier([identity])(unsigned)).toEqual({ refusal: 'missing' })
    const later = () => Date.now() + 6 * 60_000
    expect(await createVerifier([identity], later)(request)).toEqual({ refusal: 'expired' })
  })

  it('is refused when made with another secret', async () => {
    const identity = anIdentity()
    const forger = { ...identity, credentials: { ...identity.credentials, secretAccessKey: 'guessed' } }
    expect(await createVerifier([identity])(await aSignedRead(forger))).toEqual({ refusal: 'mismatch' })
  })
})
