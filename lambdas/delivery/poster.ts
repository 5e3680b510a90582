import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi'

/** What became of a post. `failed` may have arrived all the same: the log is the truth. */
export type Delivery = 'delivered' | 'gone' | 'failed'

export interface Poster {
  /** Never rejects, so that no recipient can spoil a fan-out. */
  post(connection: string, frame: string): Promise<Delivery>
  /** Closes a connection; quiet about one that is gone. */
  close(connection: string): Promise<void>
}

export function poster(client: ApiGatewayManagementApiClient, report: (error: unknown) => void): Poster {
  return {
    async post(connection, frame) {
      try {
        await client.send(new PostToConnectionCommand({ ConnectionId: connection, Data: frame }))
        return 'delivered'
      } catch (error) {
        if (isGone(error)) return 'gone'
        report(error)
        return 'failed'
      }
    },

    async close(connection) {
      try {
        await client.send(new DeleteConnectionCommand({ ConnectionId: connection }))
      } catch (error) {
        if (!isGone(error)) report(error)
      }
    },
  }
}

/** By name and status: SDK v3 has no `error.statusCode`. */
function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
  return error.name === 'GoneException' || $metadata?.httpStatusCode === 410
}
