import { Agent } from 'node:http'
import { connect } from 'node:net'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { place } from '../../stack/names.ts'

/** The credentials of every call to the engine. Local engines check at most the access key. */
export const engineCredentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const

/** Creates a client for the engine itself, without the permission checks that functions are subject to. */
export function createEngineClient(endpoint: string): DynamoDBClient {
  const { url, agent } = httpAccess(endpoint)
  return new DynamoDBClient({
    endpoint: url,
    region: place.region,
    credentials: engineCredentials,
    ...(agent && { requestHandler: { httpAgent: agent } }),
  })
}

const SOCKET_SCHEME = 'unix:'

/** The endpoint of an engine behind a Unix socket. Other endpoints are http and https URLs. */
export const socketEndpoint = (path: string) => SOCKET_SCHEME + path

/** The path of the Unix socket of an endpoint; undefined for a URL. */
export function socketPathOf(endpoint: string): string | undefined {
  return endpoint.startsWith(SOCKET_SCHEME) ? endpoint.slice(SOCKET_SCHEME.length) : undefined
}

/** The URL to request, and the agent that an endpoint needs if it is a Unix socket. */
export function httpAccess(endpoint: string): { readonly url: string; readonly agent?: Agent } {
  const path = socketPathOf(endpoint)
  return path === undefined ? { url: endpoint } : { url: 'http://localhost', agent: new SocketAgent(path) }
}

/** Sends every request through one Unix socket. The SDK accepts an agent, but not the path of a socket. */
class SocketAgent extends Agent {
  readonly #path: string

  constructor(path: string) {
    super({ keepAlive: true })
    this.#path = path
  }

  override createConnection() {
    return connect(this.#path)
  }
}
