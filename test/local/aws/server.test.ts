import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  ForbiddenException,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi'
import { CreateTableCommand, DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import {
  GetAccountSettingsCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { CallEngine } from '../../../local/aws/dynamodb/engine-calls.ts'
import type { ConnectionsApi, PostResult } from '../../../local/aws/gateway/connections.ts'
import { createSecretStore } from '../../../local/aws/secrets/secrets.ts'
import { type Intercept, startAwsServer } from '../../../local/aws/server.ts'
import type { Statement } from '../../../local/stack/permissions.ts'
import { allow, anIdentity, region } from './support.ts'

const table = 'arn:aws:dynamodb:eu-west-1:000000000000:table/Rooms'
const secretArn = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:Key-abcdef'
const manage = 'execute-api:ManageConnections'
const connections = (method: string) =>
  `arn:aws:execute-api:eu-west-1:000000000000:api1/prod/${method}/@connections/*`

const functionModel = {
  id: 'FunctionsRestFunction0A114C9A',
  arn: 'arn:aws:lambda:eu-west-1:000000000000:function:FunctionsRestFunction0A114C9A',
  environment: { ALLOWED_ORIGINS: 'https://a.example' },
  logLevel: 'WARN',
}

/** An engine that responds to every call with the same item and records the calls. */
function anEngine() {
  const calls: { operation: string; body: string }[] = []
  const call: CallEngine = async (operation, body) => {
    calls.push({ operation, body: body.toString() })
    return { status: 200, body: Buffer.from('{"Item":{"pk":{"S":"é"}}}') }
  }
  return { call, calls }
}

/** The laptop's AWS for one function with these policy statements, and the function's SDK clients. */
async function anAws(
  statements: readonly Statement[],
  { post = { outcome: 'delivered' }, intercept }: { post?: PostResult; intercept?: Intercept } = {},
) {
  const identity = anIdentity(statements)
  const warn = vi.fn<(line: string) => void>()
  const api: ConnectionsApi = {
    post: vi.fn(async () => post),
    get: vi.fn(async () => ({
      outcome: 'found' as const,
      connection: {
        connectedAt: '2026-01-01T00:00:00.000Z',
        identity: { sourceIp: '127.0.0.1', userAgent: 'test' },
        lastActiveAt: '2026-01-01T00:00:01.000Z',
      },
    })),
    delete: vi.fn(async () => ({ outcome: 'deleted' as const })),
  }
  const engine = anEngine()
  const secret = createSecretStore(secretArn, 'first')
  const server = await startAwsServer({
    functions: new Map([[functionModel.id, functionModel]]),
    concurrency: 10,
    identities: [identity],
    api: { apiId: 'api1', stage: 'prod' },
    connections: api,
    secret,
    queues: { byUrl: () => undefined },
    callEngine: engine.call,
    warn,
    ...(intercept && { intercept }),
  })
  onTestFinished(() => server.close())
  const config = { endpoint: server.endpoint, region, credentials: identity.credentials, maxAttempts: 1 }
  return {
    warn,
    api,
    engine,
    secret,
    dynamodb: new DynamoDBClient(config),
    secrets: new SecretsManagerClient(config),
    lambda: new LambdaClient(config),
    gateway: new ApiGatewayManagementApiClient({ ...config, endpoint: `${server.endpoint}/prod` }),
    unknownCaller: new DynamoDBClient({ ...config, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } }),
  }
}

const read = new GetItemCommand({ TableName: 'Rooms', Key: { pk: { S: 'é' } } })
const post = new PostToConnectionCommand({ ConnectionId: 'abc=', Data: 'hé' })

describe('@connections', () => {
  it('posts bytes, describes and deletes a connection, each with its own permission', async () => {
    const { gateway, api } = await anAws(
      ['POST', 'GET', 'DELETE'].map((method) => allow(manage, connections(method))),
    )
    await gateway.send(post)
    expect(api.post).toHaveBeenCalledWith('abc=', Buffer.from('hé'))
    const description = await gateway.send(new GetConnectionCommand({ ConnectionId: 'abc=' }))
    expect(description.ConnectedAt).toEqual(new Date('2026-01-01T00:00:00.000Z'))
    expect(description.Identity).toEqual({ SourceIp: '127.0.0.1', UserAgent: 'test' })
    const deleted = await gateway.send(new DeleteConnectionCommand({ ConnectionId: 'abc=' }))
    expect(deleted.$metadata.httpStatusCode).toBe(204)
  })

  it.each([
    ['gone', GoneException, 410],
    ['too_large', PayloadTooLargeException, 413],
    ['limit_exceeded', LimitExceededException, 429],
  ] as const)('the outcome %s reaches the SDK as its typed error', async (outcome, kind, status) => {
    const { gateway } = await anAws([allow(manage, connections('POST'))], { post: { outcome } })
    const error = await gateway.send(post).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(kind)
    expect(error).toMatchObject({ $metadata: { httpStatusCode: status } })
  })

  it('an ill-formed id is a BadRequestException, for which the SDK has no class', async () => {
    const { gateway } = await anAws([allow(manage, connections('POST'))], {
      post: { outcome: 'ill_formed_id' },
    })
    await expect(gateway.send(post)).rejects.toMatchObject({ name: 'BadRequestException' })
  })

  it('forbids calls that the stack does not allow, and warns the developer', async () => {
    const { gateway, api, warn } = await anAws([allow(manage, connections('GET'))])
    await expect(gateway.send(post)).rejects.toBeInstanceOf(ForbiddenException)
    expect(api.post).not.toHaveBeenCalled()
    expect(warn.mock.calls[0]?.[0]).toMatch(
      /Frames.*execute-api:ManageConnections.*api1\/prod\/POST\/@connections\/abc=$/,
    )
  })
})

describe('DynamoDB', () => {
  it('forwards an allowed call unchanged to the engine and returns its response', async () => {
    const { dynamodb, engine } = await anAws([allow('dynamodb:GetItem', table)])
    expect((await dynamodb.send(read)).Item).toEqual({ pk: { S: 'é' } })
    expect(engine.calls).toEqual([
      { operation: 'GetItem', body: '{"TableName":"Rooms","Key":{"pk":{"S":"é"}}}' },
    ])
  })

  it('denies calls that the stack does not allow before they reach the engine, and warns the developer', async () => {
    const { dynamodb, engine, warn } = await anAws([allow('dynamodb:GetItem', table)])
    const query = new QueryCommand({ TableName: 'Rooms', IndexName: 'ByName' })
    await expect(dynamodb.send(query)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('dynamodb:Query'),
    })
    expect(engine.calls).toEqual([])
    expect(warn.mock.calls[0]?.[0]).toContain(`Frames to dynamodb:Query on ${table}/index/ByName`)
  })

  it('does not let functions create tables, regardless of their permissions', async () => {
    const { dynamodb } = await anAws([allow('*', '*')])
    const create = new CreateTableCommand({ TableName: 'Rooms', KeySchema: [], AttributeDefinitions: [] })
    await expect(dynamodb.send(create)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  it('refuses an unknown caller', async () => {
    const { unknownCaller, engine } = await anAws([allow('*', '*')])
    await expect(unknownCaller.send(read)).rejects.toMatchObject({ name: 'UnrecognizedClientException' })
    expect(engine.calls).toEqual([])
  })

  it('fails when a test injects an error', async () => {
    const fault = { status: 400, type: 'ThrottlingException', message: 'slow down' }
    const { dynamodb } = await anAws([allow('*', '*')], {
      intercept: ({ operation }) => (operation === 'GetItem' ? fault : undefined),
    })
    await expect(dynamodb.send(read)).rejects.toMatchObject({ name: 'ThrottlingException' })
  })
})

describe('GetSecretValue', () => {
  const get = (VersionStage?: string, SecretId = secretArn) =>
    new GetSecretValueCommand({ SecretId, ...(VersionStage !== undefined && { VersionStage }) })

  it('returns the current version by ARN or name, and the previous one after a rotation', async () => {
    const { secrets, secret } = await anAws([allow('secretsmanager:GetSecretValue', secretArn)])
    expect((await secrets.send(get())).SecretString).toBe('first')
    await expect(secrets.send(get('AWSPREVIOUS'))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
    secret.rotate('second')
    expect((await secrets.send(get('AWSCURRENT', 'Key'))).SecretString).toBe('second')
    expect((await secrets.send(get('AWSPREVIOUS'))).SecretString).toBe('first')
  })

  it('requires a permission from the stack', async () => {
    const { secrets } = await anAws([])
    await expect(secrets.send(get())).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })
})

describe('Lambda', () => {
  const settings = new GetAccountSettingsCommand()
  const configuration = (FunctionName: string) => new GetFunctionConfigurationCommand({ FunctionName })

  it('returns the limit of concurrent invocations, and the environment and the log level of a function', async () => {
    const { lambda } = await anAws([allow('lambda:*', '*')])
    const { AccountLimit } = await lambda.send(settings)
    expect(AccountLimit).toEqual({ ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 })
    const { Environment, LoggingConfig } = await lambda.send(configuration('FunctionsRestFunction'))
    expect(Environment).toEqual({ Variables: functionModel.environment })
    expect(LoggingConfig).toEqual({ LogFormat: 'JSON', ApplicationLogLevel: 'WARN' })
    await expect(lambda.send(configuration('Other'))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })

  it('requires permissions', async () => {
    const { lambda } = await anAws([])
    const denied = { name: 'AccessDeniedException' }
    await expect(lambda.send(settings)).rejects.toMatchObject(denied)
    await expect(lambda.send(configuration('FunctionsRestFunction'))).rejects.toMatchObject(denied)
  })
})
