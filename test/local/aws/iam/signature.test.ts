import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
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

/** A request with any method, path, query, headers and body, signed by the SDK's own signer. */
async function signedBySdk({ credentials }: Identity, service: string, request: Partial<SignedRequest>) {
  const { method = 'POST', url = '/', headers = {}, body = Buffer.from('') } = request
  const sha256 = Hash.bind(null, 'sha256')
  const signer = new SignatureV4({ credentials, region, service, sha256 })
  const { pathname, searchParams } = new URL(url, endpoint)
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { host: '127.0.0.1:9', ...(headers as Record<string, string>) },
    body,
  })
  return { method, url, headers: signed.headers, body }
}

describe('the signature of a call', () => {
  it.each<[string, Partial<SignedRequest>]>([
    ['without anything', {}],
    ['with a body', { body: Buffer.from('{"a":"é"}') }],
    ['with encoded characters in the path', { url: "/prod/@connections/a%3D%2Fb/it's(*)!~" }],
    ['with a query', { method: 'GET', url: '/?b=2&a=1&a-b=%20x%2B&c=' }],
    ['with spaces in a header', { headers: { 'x-amz-target': '  DynamoDB_20120810.  GetItem ' } }],
    ['with many headers', { headers: { 'x-a': '1', 'content-type': 'text/plain', accept: '*/*' } }],
  ])('is accepted from the signer of the SDK %s', async (_, request) => {
    const identity = anIdentity()
    const signed = await signedBySdk(identity, 'dynamodb', request)
    expect(createVerifier([identity])(signed)).toEqual({ identity, service: 'dynamodb' })
  })

  it('is accepted for every service and identity', async () => {
    const identities = [anIdentity(), anIdentity()]
    const verify = createVerifier(identities)
    for (const identity of [...identities, ...identities]) {
      for (const service of ['dynamodb', 'sqs', 'execute-api']) {
        expect(verify(await signedBySdk(identity, service, {}))).toEqual({ identity, service })
      }
    }
  })

  it('is refused if it does not cover the host, or if its scope has another day or service', async () => {
    const identity = anIdentity()
    const verify = createVerifier([identity])
    const signed = await signedBySdk(identity, 'dynamodb', {})
    const header = String(signed.headers['authorization'])
    const refused = (authorization: string) =>
      verify({ ...signed, headers: { ...signed.headers, authorization } })
    expect(refused(header.replace(/\/\d{8}\//, '/20200101/'))).toEqual({ refusal: 'mismatch' })
    expect(refused(header.replace('/dynamodb/', '/sqs/'))).toEqual({ refusal: 'mismatch' })
    expect(refused(header.replace('host;', ''))).toEqual({ refusal: 'mismatch' })
    expect(refused(header.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')))).toEqual({
      refusal: 'mismatch',
    })
  })

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
