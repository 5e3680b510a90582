import type { Connection } from './connection.ts'
import type { ConnectionFacts } from './connection-facts.ts'
import { closedNormally, type WebSocketLimits } from './gateway-constants.ts'
import { isGatewayId } from './ids.ts'

/**
 * `ill_formed_id`: no connection can have this id. `gone`: the connection is closed, never existed, or is still in
 * $connect. management-api.ts has the status of each outcome.
 */
interface NotFound {
  readonly outcome: 'ill_formed_id' | 'gone'
}

export interface PostResult {
  /**
   * `delivered`: handed to the socket; whether the client receives it is unknown. `limit_exceeded`: the client does not
   * read as fast as messages are sent to it. `failed`: caused only by injected faults.
   */
  readonly outcome: NotFound['outcome'] | 'delivered' | 'too_large' | 'limit_exceeded' | 'failed'
}

/** The body of a GET response from @connections. Times are ISO 8601. */
interface ConnectionDescription extends Pick<ConnectionFacts, 'identity'> {
  readonly connectedAt: string
  readonly lastActiveAt: string
}

/** The operations of the @connections API; see docs/api-gateway.md, "@connections". */
export interface ConnectionsApi {
  readonly post: (connectionId: string, body: Buffer) => Promise<PostResult>
  readonly get: (
    connectionId: string,
  ) => Promise<NotFound | { readonly outcome: 'found'; readonly connection: ConnectionDescription }>
  readonly delete: (connectionId: string) => Promise<NotFound | { readonly outcome: 'deleted' }>
}

export function connectionsApi(
  connections: ReadonlyMap<string, Connection>,
  limits: WebSocketLimits,
): ConnectionsApi {
  const find = (connectionId: string): Connection | NotFound => {
    if (!isGatewayId(connectionId)) return { outcome: 'ill_formed_id' }
    const connection = connections.get(connectionId)
    return connection?.isOpen() ? connection : { outcome: 'gone' }
  }
  return {
    post: async (connectionId, body) => {
      if (body.length > limits.messageBytes) return { outcome: 'too_large' }
      const found = find(connectionId)
      return 'outcome' in found ? found : { outcome: found.send(body) }
    },
    get: async (connectionId) => {
      const found = find(connectionId)
      if ('outcome' in found) return found
      const connectedAt = new Date(found.facts.connectedAt).toISOString()
      const lastActiveAt = new Date(found.lastActiveAt()).toISOString()
      return { outcome: 'found', connection: { connectedAt, identity: found.facts.identity, lastActiveAt } }
    },
    delete: async (connectionId) => {
      const found = find(connectionId)
      if ('outcome' in found) return found
      found.close(closedNormally)
      return { outcome: 'deleted' }
    },
  }
}
