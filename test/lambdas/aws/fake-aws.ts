import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, vi } from 'vitest'
import type { Identity } from '../../../local/aws/iam/identities.ts'
import type { SignedRequest } from '../../../local/aws/iam/signature.ts'
import { anIdentity, region } from '../../local/aws/support.ts'

export interface Reply {
  readonly status?: number
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** Serves the replies one after another, the last one for ever, and keeps what it receives. */
export async function aFakeAws(...replies: readonly Reply[]) {
  const received: SignedRequest[] = []
  const server = http.createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { method = '', url = '', headers } = request
    received.push({ method, url, headers, body: Buffer.concat(parts) })
    const reply = replies[Math.min(received.length, replies.length) - 1] ?? {}
    response.writeHead(reply.status ?? 200, {
      'content-type': 'application/x-amz-json-1.0',
      ...reply.headers,
    })
    response.end(JSON.stringify(reply.body ?? {}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const identity = anIdentity()
  vi.stubEnv('AWS_REGION', region)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI', `${endpoint}/prod`)
  useCredentials(identity)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    server.close()
    server.closeAllConnections()
  })
  return { endpoint, identity, received }
}

/** Sets the environment as Lambda does when it renews the credentials of a function. */
export function useCredentials({ credentials }: Identity): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey)
  vi.stubEnv('AWS_SESSION_TOKEN', credentials.sessionToken)
}
