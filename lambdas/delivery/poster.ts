import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi'
import { backOff } from '../async.ts'
import type { Audit } from '../model.ts'

/**
 * The outcome of a post: `gone` if the connection does not exist, `too_large` if it was refused for its size. A post
 * that `failed` may have arrived all the same; it is not retried, because clients catch up from the log.
 */
export type Delivery = 'delivered' | 'gone' | 'too_large' | 'failed'

export interface Poster {
  /**
   * Posts a frame. Never rejects, so that one connection cannot make a fan-out fail.
   *
   * @param isGivenUp true once the caller no longer waits: then the post is neither retried nor logged
   */
  post(connection: string, frame: string, isGivenUp?: () => boolean): Promise<Delivery>
  /**
   * Closes a connection; retries, and succeeds if the connection is gone. Never rejects.
   *
   * @param reason for the log
   */
  close(connection: string, reason: string): Promise<void>
  /**
   * False if API Gateway answers that the connection is gone; also true if API Gateway does not answer. Never rejects.
   */
  exists(connection: string): Promise<boolean>
}

/**
 * The most attempts if a post is answered with 429: the account posts too much, or the receiving client reads too
 * slowly. The attempts are few and close together, so that all of them fit into the time after which a frame leaves its
 * unfinished posts to the worker (fan-out.ts).
 */
const MAX_ATTEMPTS = 3
const BACKOFF = { baseMs: 100, maxMs: 200 }

export function poster(
  client: Pick<ApiGatewayManagementApiClient, 'send'>,
  report: (error: unknown, context?: Readonly<Record<string, string>>) => void,
  audit: Audit = () => undefined,
): Poster {
  return {
    async post(connection, frame, isGivenUp = () => false) {
      for (let attempts = 1; ; attempts++) {
        try {
          await client.send(new PostToConnectionCommand({ ConnectionId: connection, Data: frame }))
          return 'delivered'
        } catch (error) {
          if (isGivenUp()) return 'failed'
          const status = statusOf(error)
          if (status === 410) return 'gone'
          if (status === 413) return 'too_large'
          if (status === 429 && attempts < MAX_ATTEMPTS) {
            await backOff(attempts, BACKOFF)
            if (isGivenUp()) return 'failed'
            continue
          }
          // 403 means a wrong endpoint or a missing permission. It says nothing about the connection.
          report(error, { call: 'PostToConnection', connection, status: String(status ?? 'none') })
          return 'failed'
        }
      }
    },

    async exists(connection) {
      try {
        await client.send(new GetConnectionCommand({ ConnectionId: connection }))
        return true
      } catch (error) {
        if (statusOf(error) === 410) return false
        report(error, { call: 'GetConnection', connection })
        return true
      }
    },

    async close(connection, reason) {
      for (let attempts = 1; ; attempts++) {
        try {
          await client.send(new DeleteConnectionCommand({ ConnectionId: connection }))
          audit('connection_closed', { connection, reason })
          return
        } catch (error) {
          const status = statusOf(error)
          if (status === 410) return
          if (status !== undefined && (status === 429 || status >= 500) && attempts < MAX_ATTEMPTS) {
            await backOff(attempts, BACKOFF)
            continue
          }
          report(error, { call: 'DeleteConnection', connection })
          return
        }
      }
    },
  }
}

/** SDK v3 has no `error.statusCode`. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  const { $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
  return $metadata?.httpStatusCode
}
