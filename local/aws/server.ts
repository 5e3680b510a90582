import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '../network.ts'
import { type AwsCall, type AwsFault, sendFault } from './answers.ts'
import { createDynamodbGate } from './dynamodb/api.ts'
import type { ConnectionsApi } from './gateway/connections.ts'
import { createConnectionsEndpoint } from './gateway/management-api.ts'
import { createAuthorizer } from './iam/authorize.ts'
import type { Identity } from './iam/identities.ts'
import { createVerifier } from './iam/signature.ts'
import { createSecretsManager, type SecretStore } from './secrets/secrets.ts'
import { createSqs } from './sqs/api.ts'
import type { Queues } from './sqs/queues.ts'

/** Sees each verified call first; what it returns is answered instead. For tests that need AWS to fail. */
export type Intercept = (call: AwsCall) => AwsFault | undefined | Promise<AwsFault | undefined>

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

/** DynamoDB's own limit, the largest of the four services. */
const BODY_BYTES = 16 * 1024 * 1024

/** The part of AWS that the functions call: DynamoDB, SQS, Secrets Manager and `@connections`, on one loopback port. */
export async function startAwsServer(options: AwsServerOptions): Promise<AwsServer> {
  const { identities, warn, intercept } = options
  const verify = createVerifier(identities)
  const authorize = createAuthorizer(warn)
  const dynamodb = createDynamodbGate(options.databaseEndpoint, authorize)
  const secretsManager = createSecretsManager(options.secret, authorize)
  const sqs = createSqs(options.queues, authorize)
  const connections = createConnectionsEndpoint(options.api, options.connections, authorize)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '/', headers } = request
    const body = await readBody(request)
    const verdict = await verify({ method, url, headers, body })
    if ('refusal' in verdict) {
      warn(`REFUSED: ${method} ${url} to the laptop's AWS: signature ${verdict.refusal}`)
      const type = refusalTypes[verdict.refusal]
      sendFault(response, { status: 403, type, message: 'The request signature does not verify.' })
      return
    }
    const operation = String(headers['x-amz-target'] ?? method).replace(/^.*\./, '')
    const call: AwsCall = { ...verdict, operation, path: url, body, headers }
    const fault = await intercept?.(call)
    if (fault) sendFault(response, fault)
    else if (verdict.service === 'dynamodb') dynamodb.handle(call, response)
    else if (verdict.service === 'secretsmanager') secretsManager(call, response)
    else if (verdict.service === 'sqs') sqs(call, response)
    else if (verdict.service === 'execute-api') await connections(call, response)
    else sendFault(response, unknownService(verdict.service))
  }

  const server = http.createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else sendFault(response, { status: 400, type: 'ValidationException', message: String(error) })
    })
  })
  // The functions keep their connections; one that is closed under a call would look like a failing AWS.
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

const unknownService = (service: string): AwsFault => ({
  status: 400,
  type: 'UnknownServiceException',
  message: `The laptop does not play the service ${service}`,
})

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > BODY_BYTES) throw new Error('the request is too large')
  }
  return Buffer.concat(chunks)
}
