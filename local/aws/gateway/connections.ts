import type { Connection } from './connection.ts'
import type { ClientIdentity } from './connection-facts.ts'
import { closedNormally, type WebSocketLimits } from './facts.ts'
import { isGatewayId } from './ids.ts'

/** 400 from @connections: no connection can have this id. */
interface IllFormedId {
  readonly outcome: 'ill_formed_id'
}

/** 410 from @connections: the connection is closed, never existed, or its $connect has not returned yet. */
interface Gone {
  readonly outcome: 'gone'
}

export type PostResult =
  | IllFormedId
  | Gone
  /** 200. Handed to the socket; whether the client receives it is unknown. */
  | { readonly outcome: 'delivered' }
  /** 413. */
  | { readonly outcome: 'too_large' }
  /** 429. The client does not read as fast as messages are sent to it. */
  | { readonly outcome: 'limit_exceeded' }
  /** 500. Only injected faults cause it. */
  | { readonly outcome: 'failed' }

/** The body of a GET response from @connections. Times are ISO 8601. */
export interface ConnectionDescription {
  readonly connectedAt: string
  readonly identity: ClientIdentity
  readonly lastActiveAt: string
}

export type GetResult =
  | IllFormedId
  | Gone
  | { readonly outcome: 'found'; readonly connection: ConnectionDescription }

export type DeleteResult = IllFormedId | Gone | { readonly outcome: 'deleted' }

/** The operations of the @connections API; see docs/api-gateway.md, "@connections". */
export interface ConnectionsApi {
  readonly post: (connectionId: string, body: Buffer) => Promise<PostResult>
  readonly get: (connectionId: string) => Promise<GetResult>
  readonly delete: (connectionId: string) => Promise<DeleteResult>
}

export function connectionsApi(
  connections: ReadonlyMap<string, Connection>,
  limits: WebSocketLimits,
): ConnectionsApi {
  const find = (connectionId: string): Connection | IllFormedId | Gone => {
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
      return 'outcome' in found ? found : { outcome: 'found', connection: describe(found) }
    },
    delete: async (connectionId) => {
      const found = find(connectionId)
      if ('outcome' in found) return found
      found.close(closedNormally)
      return { outcome: 'deleted' }
    },
  }
}

function describe({ facts, lastActiveAt }: Connection): ConnectionDescription {
  return {
    connectedAt: new Date(facts.connectedAt).toISOString(),
    identity: facts.identity,
    lastActiveAt: new Date(lastActiveAt()).toISOString(),
  }
}
