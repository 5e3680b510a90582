import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { hostProblem } from '../loopback-host.ts'
import { listen } from '../network.ts'
import { type AwsCall, type AwsError, type AwsReply, badRequest, sendReply } from './calls.ts'
import { createDynamodbApi } from './dynamodb/api.ts'
import type { CallEngine } from './dynamodb/engine-calls.ts'
import type { ConnectionsApi } from './gateway/connections.ts'
import { createManagementApi } from './gateway/management-api.ts'
import { createAuthorizer } from './iam/authorize.ts'
import type { Identity } from './iam/identities.ts'
import { createVerifier } from './iam/signature.ts'
import { createLambdaApi, type LambdaApiOptions } from './lambda/api.ts'
import { readBody } from './read-body.ts'
import { createSecretsManagerApi, type SecretStore } from './secrets/secrets.ts'
import { createSqsApi } from './sqs/api.ts'
import type { Queues } from './sqs/queues.ts'

/**
 * Called with each verified call before it runs; if it returns an error, that error is sent instead. With it, tests can
 * make AWS fail.
 */
export type Intercept = (call: AwsCall) => AwsError | undefined | Promise<AwsError | undefined>

export interface AwsServerOptions extends LambdaApiOptions {
  readonly identities: readonly Identity[]
  readonly api: { readonly apiId: string; readonly stage: string }
  readonly connections: ConnectionsApi
  readonly secret: SecretStore
  readonly queues: Pick<Queues, 'byUrl'>
  readonly callEngine: CallEngine
  readonly warn: (line: string) => void
  readonly intercept?: Intercept
}

/** DynamoDB's limit, which is the largest limit of these services. */
const MAX_BODY_BYTES = 16 * 1024 * 1024

/** Serves, on one loopback port, the AWS APIs that the functions and the commands call. */
export async function startAwsServer(options: AwsServerOptions) {
  const { identities, warn, intercept } = options
  const verify = createVerifier(identities)
  const authorize = createAuthorizer(warn)
  const apis = new Map<string, (call: AwsCall) => AwsReply | Promise<AwsReply>>([
    ['dynamodb', createDynamodbApi(options.callEngine, authorize)],
    ['secretsmanager', createSecretsManagerApi(options.secret, authorize)],
    ['sqs', createSqsApi(options.queues, authorize)],
    ['lambda', createLambdaApi(options, authorize)],
    ['execute-api', createManagementApi(options.api, options.connections, authorize)],
  ])

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '/', headers } = request
    const message = hostProblem(headers.host)
    if (message !== undefined) {
      warn(`REFUSED: ${method} ${url} to the laptop's AWS: ${message}`)
      return sendReply(response, { status: 403, type: 'AccessDeniedException', message })
    }
    const body = await readBody(request, MAX_BODY_BYTES)
    if (body === 'too_large') throw new Error('the request is too large')
    const verdict = verify({ method, url, headers, body })
    if ('refusal' in verdict) {
      warn(`REFUSED: ${method} ${url} to the laptop's AWS: signature ${verdict.refusal}`)
      const type = refusalTypes[verdict.refusal]
      return sendReply(response, { status: 403, type, message: 'The request signature does not verify.' })
    }
    const { service } = verdict
    const operation = String(headers['x-amz-target'] ?? method).replace(/^.*\./, '')
    const call: AwsCall = { ...verdict, operation, path: url, body, headers }
    const error = await intercept?.(call)
    if (error) return sendReply(response, error)
    const unknown = `The laptop does not emulate the service ${service}`
    sendReply(response, (await apis.get(service)?.(call)) ?? badRequest('UnknownServiceException', unknown))
  }

  const server = http.createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else sendReply(response, badRequest('ValidationException', String(error)))
    })
  })
  // The functions reuse connections; closing one while a call is in flight would look like a failure of AWS.
  server.keepAliveTimeout = 0
  const port = await listen(server, 0, '127.0.0.1')

  return {
    /** `http://127.0.0.1:<port>` */
    endpoint: `http://127.0.0.1:${port}`,
    async close(): Promise<void> {
      server.close()
      server.closeAllConnections()
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
