import http, { type ServerResponse } from 'node:http'
import https from 'node:https'
import { place } from '../../stack/names.ts'
import { type AwsCall, sendFault } from '../answers.ts'
import type { Authorize } from '../iam/authorize.ts'
import { engineCredentials } from './engine-client.ts'
import { dynamodbPermissions } from './permissions.ts'

/**
 * DynamoDB Local keeps a database for each access key, so that every call has to reach the engine under the
 * same one; no engine on a laptop verifies the rest.
 */
const engineAuthorization =
  `AWS4-HMAC-SHA256 Credential=${engineCredentials.accessKeyId}/20260101/${place.region}/dynamodb/aws4_request, ` +
  'SignedHeaders=host;x-amz-date, Signature=0'

/** Stands in front of the engine: weighs each call by IAM, then passes it on as it is. */
export function createDynamodbGate(engineEndpoint: string, authorize: Authorize) {
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
      else sendFault(response, { status: 500, type: 'InternalServerError', message: error.message })
    })
    outgoing.end(call.body)
  }

  return {
    handle(call: AwsCall, response: ServerResponse): void {
      const needed = dynamodbPermissions(call.operation, call.body)
      const message = needed
        ? authorize(call.identity, needed)
        : `dynamodb:${call.operation} is for no function to call`
      if (message === undefined) forward(call, response)
      else sendFault(response, { status: 400, type: 'AccessDeniedException', message })
    },
    close: () => agent.destroy(),
  }
}
