import http from 'node:http'
import https from 'node:https'
import { place } from '../../stack/names.ts'
import { engineCredentials, httpAccess } from './engine-client.ts'

/** The engine's response to a call, as it was sent. */
export interface EngineAnswer {
  readonly status: number
  readonly body: Buffer
}

/** Calls the engine. `body` is the JSON input of the operation. Rejects if the engine does not answer. */
export type CallEngine = (operation: string, body: Buffer) => Promise<EngineAnswer>

/**
 * DynamoDB Local keeps a separate database per access key, so all calls must reach the engine under the same key.
 * Local engines do not verify the signature.
 */
const authorization =
  `AWS4-HMAC-SHA256 Credential=${engineCredentials.accessKeyId}/20260101/${place.region}/dynamodb/aws4_request, ` +
  'SignedHeaders=host;x-amz-date, Signature=0'

/** Opens the engine for calls whose bodies pass through unchanged. */
export function openEngine(endpoint: string): { readonly call: CallEngine; close(): void } {
  const access = httpAccess(endpoint)
  const { request, Agent } = access.url.startsWith('https:') ? https : http
  const agent = access.agent ?? new Agent({ keepAlive: true })

  const call: CallEngine = (operation, body) =>
    new Promise((resolve, reject) => {
      const outgoing = request(access.url, {
        agent,
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'content-length': body.length,
          'x-amz-target': `DynamoDB_20120810.${operation}`,
          'x-amz-date': new Date().toISOString().replaceAll(/[-:]|\.\d+/g, ''),
          authorization,
        },
      })
      outgoing.on('response', (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 500, body: Buffer.concat(chunks) }))
        answer.on('error', reject)
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })

  return { call, close: () => agent.destroy() }
}
