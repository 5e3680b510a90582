import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { documentClient } from './aws/document-client.ts'
import { postClient } from './aws/post-client.ts'
import { recordCalls } from './aws/record-calls.ts'
import { createRequestHandler } from './aws/request-handler.ts'
import { boundedRetries } from './aws/retries.ts'
import { type Credentials, createSigner } from './aws/signer.ts'

/**
 * The only place that creates AWS clients. By default the SDK waits forever, so one lost packet could use up a
 * function's whole timeout. Here, every call ends within a bound that fits into ten seconds. Endpoints and credentials
 * come from the environment, on a laptop as on AWS. The two clients that a send uses are configured to use little CPU
 * (docs/decisions/0016-sdk-options.md).
 */
const requestHandler = {
  connectionTimeout: 1000,
  requestTimeout: 2000,
  throwOnRequestTimeout: true,
}

/** Three attempts, with jitter between them. */
export const createDocumentClient = () => {
  const region = variable('AWS_REGION')
  const client = new DynamoDBClient({
    ...leanOptions('dynamodb', 3),
    ...fixedEndpoint(process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? dynamodbEndpoint(region)),
    accountIdEndpointMode: 'disabled',
  })
  removeUnusedMiddleware(client)
  recordCalls(client, 'dynamodb')
  // The stores use only `send`.
  return documentClient(client) as DynamoDBDocumentClient
}

/** One attempt, so that a slow connection costs little: clients that miss a push catch up from the log. */
export const createPostClient = () => {
  const options = leanOptions('execute-api', 1)
  const endpoint = variable('AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI')
  const client = new ApiGatewayManagementApiClient({ ...options, ...fixedEndpoint(endpoint) })
  removeUnusedMiddleware(client)
  recordCalls(client, 'connections')
  return postClient(client, { ...options, endpoint })
}

export const createSecretClient = () =>
  recordCalls(new SecretsManagerClient({ maxAttempts: 2, requestHandler }), 'secretsmanager')

/** A second attempt may enqueue a task twice, which is harmless: the queue itself may deliver a task twice. */
export const createQueueClient = () => recordCalls(new SQSClient({ maxAttempts: 2, requestHandler }), 'sqs')

function leanOptions(service: string, maxAttempts: number) {
  const region = variable('AWS_REGION')
  return {
    region,
    maxAttempts,
    credentials: async () => currentCredentials(),
    requestHandler: createRequestHandler({
      connectMs: requestHandler.connectionTimeout,
      answerMs: requestHandler.requestTimeout,
    }),
    retryStrategy: boundedRetries(maxAttempts),
    signer: createSigner(service, region, currentCredentials),
    cacheMiddleware: true,
  }
}

/** Replaces the rules by which the SDK derives the endpoint anew for each call. */
function fixedEndpoint(endpoint: string) {
  const url = new URL(endpoint)
  return { endpointProvider: () => ({ url }), ignoreConfiguredEndpointUrls: true }
}

/** @see https://docs.aws.amazon.com/general/latest/gr/ddb.html */
export const dynamodbEndpoint = (region: string) =>
  `https://dynamodb.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`

/**
 * Middleware that prepares input and output for a log that is not written, describes the SDK to AWS, passes on a trace
 * that neither service uses, and sets a header that Node sets anyway.
 */
export const UNUSED_MIDDLEWARE = [
  'loggerMiddleware',
  'getUserAgentMiddleware',
  'recursionDetectionMiddleware',
  'contentLengthMiddleware',
]

function removeUnusedMiddleware(client: DynamoDBClient | ApiGatewayManagementApiClient): void {
  for (const name of UNUSED_MIDDLEWARE) client.middlewareStack.remove(name)
}

let credentials: Credentials | undefined

/**
 * The credentials of the environment. If Lambda renews them, all three variables change, so one comparison is enough.
 */
function currentCredentials(): Credentials {
  const sessionToken = process.env['AWS_SESSION_TOKEN']
  if (credentials === undefined || credentials.sessionToken !== sessionToken) {
    credentials = {
      accessKeyId: variable('AWS_ACCESS_KEY_ID'),
      secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken !== undefined && { sessionToken }),
    }
  }
  return credentials
}

function variable(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`the environment lacks ${name}`)
  return value
}
