import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi'

/**
 * What became of a post. `gone` has no such connection; `too_large` was refused for its size; `failed` may have
 * arrived all the same, and is not tried again: the log is the truth.
 */
export type Delivery = 'delivered' | 'gone' | 'too_large' | 'failed'

export interface Poster {
  /** Never rejects, so that no recipient can spoil a fan-out. Aborted, it is `failed` and nothing is logged. */
  post(connection: string, frame: string, signal?: AbortSignal): Promise<Delivery>
  /** Closes a connection, which may well be tried again; quiet about one that is gone. */
  close(connection: string): Promise<void>
}

/**
 * Tries in all after a 429, which means that the account posts too much or that this one client reads too slowly. They
 * stay few: everybody else has been told by then.
 */
const TRIES = 3

export function poster(
  client: ApiGatewayManagementApiClient,
  report: (error: unknown, context?: Readonly<Record<string, string>>) => void,
): Poster {
  return {
    async post(connection, frame, signal) {
      for (let tries = 1; ; tries++) {
        try {
          const command = new PostToConnectionCommand({ ConnectionId: connection, Data: frame })
          await client.send(command, signal ? { abortSignal: signal } : {})
          return 'delivered'
        } catch (error) {
          if (signal?.aborted) return 'failed'
          const status = statusOf(error)
          if (status === 410) return 'gone'
          if (status === 413) return 'too_large'
          if (status === 429 && tries < TRIES) {
            await jitter()
            continue
          }
          // 403 is a wrong endpoint or a missing permission: everybody's trouble, and no reason to remove anybody.
          report(error, { call: 'PostToConnection', connection, status: String(status ?? 'none') })
          return 'failed'
        }
      }
    },

    async close(connection) {
      for (let tries = 1; ; tries++) {
        try {
          await client.send(new DeleteConnectionCommand({ ConnectionId: connection }))
          return
        } catch (error) {
          const status = statusOf(error)
          if (status === 410) return
          if (status !== undefined && (status === 429 || status >= 500) && tries < TRIES) {
            await jitter()
            continue
          }
          report(error, { call: 'DeleteConnection', connection })
          return
        }
      }
    },
  }
}

const jitter = () => new Promise<void>((resolve) => setTimeout(resolve, 50 + Math.random() * 150))

/** SDK v3 has no `error.statusCode`. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  const { $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
  return $metadata?.httpStatusCode
}
