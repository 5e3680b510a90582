import http, { type ServerResponse } from 'node:http'
import https from 'node:https'
import { place } from '../../stack/names.ts'
import { type AwsCall, badRequest, sendReply } from '../calls.ts'
import type { Authorize } from '../iam/authorize.ts'
import { engineCredentials } from './engine-client.ts'
import { dynamodbPermissions } from './permissions.ts'

/**
 * DynamoDB Local keeps a separate database per access key, so all calls must reach the engine under the same key.
 * Local engines do not verify the signature.
 */
const engineAuthorization =
  `AWS4-HMAC-SHA256 Credential=${engineCredentials.accessKeyId}/20260101/${place.region}/dynamodb/aws4_request, ` +
  'SignedHeaders=host;x-amz-date, Signature=0'

/** Checks the IAM permissions of each call, then forwards it unchanged to the engine. */
export function createDynamodbApi(engineEndpoint: string, authorize: Authorize) {
  const { request, Agent } = engineEndpoint.startsWith('https:') ? https : http
  const agent = new Agent({ keepAlive: true })

  const forward = (call: AwsCall, response: ServerResponse): void => {
    const { 'x-amz-target': target, 'x-amz-date': date, 'content-type': type } = call.headers
    const outgoing = request(engineEndpoint, {
      agent,
      method: 'POST',
      headers: {
        'content-type': String(type),
        'content-length': call.body.length,
        'x-amz-target': String(target),
        'x-amz-date': String(date),
        authorization: engineAuthorization,
      },
    })
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.on('error', () => response.destroy()).pipe(response)
    })
    outgoing.on('error', (error) => {
      if (response.headersSent) response.destroy()
      else sendReply(response, { status: 500, type: 'InternalServerError', message: error.message })
    })
    outgoing.end(call.body)
  }

  return {
    handle(call: AwsCall, response: ServerResponse): void {
      const required = dynamodbPermissions(call.operation, call.body)
      const message = required
        ? authorize(call.identity, required)
        : `dynamodb:${call.operation} is not available to functions`
      if (message === undefined) forward(call, response)
      else sendReply(response, badRequest('AccessDeniedException', message))
    },
    close: () => agent.destroy(),
  }
}
