import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '../network.ts'
import { type AwsCall, type AwsError, sendError } from './calls.ts'
import { createDynamodbApi } from './dynamodb/api.ts'
import type { ConnectionsApi } from './gateway/connections.ts'
import { createManagementApi } from './gateway/management-api.ts'
import { createAuthorizer } from './iam/authorize.ts'
import type { Identity } from './iam/identities.ts'
import { createVerifier } from './iam/signature.ts'
import { createSecretsManagerApi, type SecretStore } from './secrets/secrets.ts'
import { createSqsApi } from './sqs/api.ts'
import type { Queues } from './sqs/queues.ts'

/** Called with each verified call before it runs; an error it returns is sent instead. Lets tests make AWS fail. */
export type Intercept = (call: AwsCall) => AwsError | undefined | Promise<AwsError | undefined>

export interface AwsServerOptions {
  readonly identities: readonly Identity[]
  readonly api: { readonly apiId: string; readonly stage: string }
  readonly connections: ConnectionsApi
  readonly secret: SecretStore
  readonly queues: Pick<Queues, 'byUrl'>
  readonly databaseEndpoint: string
  readonly warn: (line: string) => void
  readonly intercept?: Intercept
}

export interface AwsServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  close(): Promise<void>
}

/** DynamoDB's limit, the largest of the four services. */
const MAX_BODY_BYTES = 16 * 1024 * 1024

/** Serves the AWS APIs that the functions call (DynamoDB, SQS, Secrets Manager, `@connections`) on one loopback port. */
export async function startAwsServer(options: AwsServerOptions): Promise<AwsServer> {
  const { identities, warn, intercept } = options
  const verify = createVerifier(identities)
  const authorize = createAuthorizer(warn)
  const dynamodb = createDynamodbApi(options.databaseEndpoint, authorize)
  const secretsManager = createSecretsManagerApi(options.secret, authorize)
  const sqs = createSqsApi(options.queues, authorize)
  const connections = createManagementApi(options.api, options.connections, authorize)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '/', headers } = request
    const body = await readBody(request)
    const verdict = await verify({ method, url, headers, body })
    if ('refusal' in verdict) {
      warn(`REFUSED: ${method} ${url} to the laptop's AWS: signature ${verdict.refusal}`)
      const type = refusalTypes[verdict.refusal]
      sendError(response, { status: 403, type, message: 'The request signature does not verify.' })
      return
    }
    const operation = String(headers['x-amz-target'] ?? method).replace(/^.*\./, '')
    const call: AwsCall = { ...verdict, operation, path: url, body, headers }
    const error = await intercept?.(call)
    if (error) sendError(response, error)
    else if (verdict.service === 'dynamodb') dynamodb.handle(call, response)
    else if (verdict.service === 'secretsmanager') secretsManager(call, response)
    else if (verdict.service === 'sqs') sqs(call, response)
    else if (verdict.service === 'execute-api') await connections(call, response)
    else sendError(response, unknownService(verdict.service))
  }

  const server = http.createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else sendError(response, { status: 400, type: 'ValidationException', message: String(error) })
    })
  })
  // The functions reuse connections; closing one while a call is on its way would look like a failure of AWS.
  server.keepAliveTimeout = 0
  const port = await listen(server, 0, '127.0.0.1')

  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      dynamodb.close()
    },
  }
}

const refusalTypes = {
  missing: 'MissingAuthenticationTokenException',
  malformed: 'IncompleteSignatureException',
  'unknown-key': 'UnrecognizedClientException',
  expired: 'InvalidSignatureException',
  mismatch: 'InvalidSignatureException',
} as const

const unknownService = (service: string): AwsError => ({
  status: 400,
  type: 'UnknownServiceException',
  message: `The laptop does not emulate the service ${service}`,
})

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_BODY_BYTES) throw new Error('the request is too large')
  }
  return Buffer.concat(chunks)
}
