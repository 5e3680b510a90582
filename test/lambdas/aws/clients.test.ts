import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it, vi } from 'vitest'
import { createSigner } from '../../../lambdas/aws/signer.ts'
import {
  createDocumentClient,
  createPostClient,
  dynamodbEndpoint,
  UNUSED_MIDDLEWARE,
} from '../../../lambdas/aws.ts'
import { newRecord, recordAlone } from '../../../lambdas/log/record.ts'
import { createVerifier } from '../../../local/aws/iam/signature.ts'
import { anIdentity, catcher, region } from '../../local/aws/support.ts'
import { aFakeAws, useCredentials } from './fake-aws.ts'

const TableName = 'Rooms'
const Key = { pk: 'é', sk: 'b  c' }
const Item = {
  ...Key,
  n: 1.5,
  on: true,
  none: null,
  set: new Set(['x']),
  map: { list: [1, 'two'] },
  left: undefined,
}
const values = { ExpressionAttributeValues: { ':a': Item, ':b': 'two', ':c': 3 } }
const item = {
  pk: { S: 'é' },
  n: { N: '12' },
  set: { SS: ['x'] },
  map: { M: { list: { L: [{ N: '1' }, { NULL: true }] } } },
}

type Send = (db: Pick<DynamoDBDocumentClient, 'send'>) => Promise<object>

/** Each command that the stores send, and an answer with everything that must be converted. */
const commands: Readonly<Record<string, readonly [send: Send, answer: object]>> = {
  get: [(db) => db.send(new GetCommand({ TableName, Key, ConsistentRead: true })), { Item: item }],
  put: [(db) => db.send(new PutCommand({ TableName, Item, ...values })), { Attributes: item }],
  update: [
    (db) => db.send(new UpdateCommand({ TableName, Key, UpdateExpression: 'SET a = :a', ...values })),
    { Attributes: item },
  ],
  delete: [(db) => db.send(new DeleteCommand({ TableName, Key, ...values })), {}],
  query: [
    (db) => db.send(new QueryCommand({ TableName, ExclusiveStartKey: Key, ...values })),
    { Items: [item, item], LastEvaluatedKey: { pk: { S: 'a' } }, Count: 2 },
  ],
  'batch get': [
    (db) =>
      db.send(new BatchGetCommand({ RequestItems: { Rooms: { Keys: [Key, Key], ConsistentRead: true } } })),
    { Responses: { Rooms: [item] }, UnprocessedKeys: { Rooms: { Keys: [{ pk: { S: 'a' } }] } } },
  ],
  'transact write': [
    (db) =>
      db.send(
        new TransactWriteCommand({
          ClientRequestToken: 'token',
          TransactItems: [
            { Put: { TableName, Item, ...values } },
            { Delete: { TableName, Key } },
            { Update: { TableName, Key, UpdateExpression: 'SET a = :a', ...values } },
            { ConditionCheck: { TableName, Key, ConditionExpression: 'a = :a', ...values } },
          ],
        }),
      ),
    {},
  ],
}

const posts = {
  post: new PostToConnectionCommand({ ConnectionId: 'a-b_c=', Data: 'hé' }),
  get: new GetConnectionCommand({ ConnectionId: 'a-b_c=' }),
  delete: new DeleteConnectionCommand({ ConnectionId: 'a-b_c=' }),
}

/** The time and the ids of the request differ from call to call. */
const withoutMetadata = ({ $metadata: _, ...output }: object & { $metadata?: unknown }) => output

describe('the client of DynamoDB', () => {
  it.each(Object.entries(commands))(
    'sends the same %s command, and returns the same output, as the document client of the SDK',
    async (_, [send, body]) => {
      const { endpoint, identity, received } = await aFakeAws({ body })
      const { credentials } = identity
      const sdk = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials }), {
        marshallOptions: { removeUndefinedValues: true },
      })
      const outputs = [await send(createDocumentClient()), await send(sdk)]
      const [ours, theirs] = received
      const { ReturnConsumedCapacity, ...sent } = JSON.parse(String(ours?.body))
      expect(sent).toEqual(JSON.parse(String(theirs?.body)))
      expect(ReturnConsumedCapacity).toBe('TOTAL')
      for (const name of ['x-amz-target', 'content-type', 'host']) {
        expect(ours?.headers[name]).toBe(theirs?.headers[name])
      }
      const [our, their] = outputs.map((output) => withoutMetadata(output ?? {}))
      expect(our).toEqual(their)
    },
  )

  it('refuses a command that it cannot convert', async () => {
    await aFakeAws()
    const command = { input: {} } as unknown as GetCommand
    await expect(createDocumentClient().send(command)).rejects.toThrow('document-client.ts')
  })

  it.each(['eu-west-1', 'us-east-1', 'us-gov-west-1', 'cn-north-1'])(
    'has the endpoint of the SDK in %s',
    async (region) => {
      let host = ''
      const handle = async (request: { protocol: string; hostname: string }): Promise<never> => {
        host = `${request.protocol}//${request.hostname}`
        throw new Error('caught')
      }
      const { credentials } = anIdentity()
      const client = new DynamoDBClient({ region, credentials, maxAttempts: 1, requestHandler: { handle } })
      await DynamoDBDocumentClient.from(client)
        .send(new GetCommand({ TableName, Key }))
        .catch(() => undefined)
      expect(dynamodbEndpoint(region)).toBe(host)
    },
  )

  it('makes three attempts after failures that pass, and one after others', async () => {
    const get = () => createDocumentClient().send(new GetCommand({ TableName, Key }))
    const passing = [
      { status: 500, body: { __type: 'InternalServerError' } },
      { status: 400, body: { __type: 'com.amazonaws.dynamodb#ThrottlingException' } },
    ]
    const twice = await aFakeAws(...passing, { body: { Item: item } })
    expect((await get()).Item).toMatchObject({ n: 12 })
    expect(twice.received).toHaveLength(3)
    const ever = await aFakeAws({ status: 500 })
    await expect(get()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } })
    expect(ever.received).toHaveLength(3)
    const other = await aFakeAws({
      status: 400,
      body: { __type: 'ConditionalCheckFailedException', Item: item },
    })
    await expect(get()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: item })
    expect(other.received).toHaveLength(1)
  })

  it('[OPS-14] notes each attempt and the capacity that a call consumed', async () => {
    vi.spyOn(console, 'debug').mockImplementation(() => undefined)
    const record = newRecord()
    await recordAlone(record, async () => {
      await aFakeAws({ status: 500 }, { body: { ConsumedCapacity: { CapacityUnits: 1.5 } } })
      await createDocumentClient().send(new GetCommand({ TableName, Key }))
      await aFakeAws({ body: { ConsumedCapacity: [{ CapacityUnits: 4 }, { CapacityUnits: 2 }] } })
      await createDocumentClient().send(
        new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item } }] }),
      )
      await createPostClient().send(posts.post)
    })
    expect(record.calls).toEqual({ dynamodb: 3, connections: 1 })
    expect(record.units).toEqual({ read: 1.5, write: 6 })
    expect(vi.mocked(console.debug).mock.calls[0]).toMatchObject([
      { event: 'call', service: 'dynamodb', operation: 'GetItem' },
    ])
    vi.restoreAllMocks()
  })

  it('repeats a transaction with the same token', async () => {
    const { received } = await aFakeAws({ status: 500 }, {})
    await createDocumentClient().send(
      new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item } }] }),
    )
    const [first, second] = received.map(({ body }) => JSON.parse(String(body)).ClientRequestToken)
    expect(first).toMatch(/\w{8}-/)
    expect(second).toBe(first)
  })

  it("signs the next attempt with AWS's time if its own clock is wrong", async () => {
    const awsTime = new Date(Date.now() + 3_600_000)
    const headers = { date: awsTime.toUTCString() }
    const { identity, received } = await aFakeAws(
      { status: 400, body: { __type: 'InvalidSignatureException' }, headers },
      { headers },
    )
    await createDocumentClient().send(new GetCommand({ TableName, Key }))
    const verify = createVerifier([identity], () => awsTime.getTime())
    expect(await Promise.all(received.map(verify))).toMatchObject([
      { refusal: 'expired' },
      { service: 'dynamodb' },
    ])
  })
})

describe('the client of @connections', () => {
  it.each(Object.entries(posts))('sends the same %s command as the SDK', async (_, command) => {
    const { endpoint, identity, received } = await aFakeAws()
    const { credentials } = identity
    const sdk = new ApiGatewayManagementApiClient({ endpoint: `${endpoint}/prod`, region, credentials })
    await createPostClient().send(command as PostToConnectionCommand)
    await sdk.send(command as PostToConnectionCommand)
    const [ours, theirs] = received
    expect([ours?.method, ours?.url, String(ours?.body)]).toEqual([
      theirs?.method,
      theirs?.url,
      String(theirs?.body),
    ])
  })

  it('makes one attempt', async () => {
    const { received } = await aFakeAws({ status: 500 })
    await expect(createPostClient().send(posts.post)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 500 },
    })
    expect(received).toHaveLength(1)
  })
})

describe('both clients', () => {
  it('sign every command as the signer of the SDK does', async () => {
    const { identity, received } = await aFakeAws({ body: {} })
    const db = createDocumentClient()
    for (const [send] of Object.values(commands)) await send(db)
    for (const command of Object.values(posts))
      await createPostClient().send(command as PostToConnectionCommand)
    expect(received).toHaveLength(10)
    const { credentials } = identity
    const verify = createVerifier([identity])
    for (const request of received) {
      const service = request.url === '/' ? 'dynamodb' : 'execute-api'
      expect(await verify(request)).toEqual({ identity, service })
      // Once more as it was before it was signed, so that both signers choose the headers.
      const { authorization: _, ...headers } = request.headers as Record<string, string>
      const unsigned = {
        method: request.method,
        protocol: 'http:',
        hostname: 'localhost',
        path: request.url,
        headers,
        body: request.body,
      }
      const sdk = new SignatureV4({ credentials, region, service, sha256: Hash.bind(null, 'sha256') })
      const signingDate = new Date('2026-02-03T04:05:06.789Z')
      const theirs = await sdk.sign({ ...unsigned, query: {} }, { signingDate })
      const ours = await createSigner(service, region, () => credentials).sign(unsigned, { signingDate })
      expect(ours.headers).toEqual(theirs.headers)
    }
  })

  it('use renewed credentials from the next call on', async () => {
    const { identity, received } = await aFakeAws()
    const db = createDocumentClient()
    await db.send(new GetCommand({ TableName, Key }))
    const renewed = anIdentity()
    useCredentials(renewed)
    await db.send(new GetCommand({ TableName, Key }))
    const verify = createVerifier([identity, renewed])
    expect(await Promise.all(received.map(verify))).toMatchObject([{ identity }, { identity: renewed }])
  })

  it('lack only middleware that the SDK has', () => {
    const { requestHandler } = catcher()
    const stack = new DynamoDBClient({ region, requestHandler }).middlewareStack.identify().join('\n')
    for (const name of UNUSED_MIDDLEWARE) expect(stack).toContain(name)
  })
})
