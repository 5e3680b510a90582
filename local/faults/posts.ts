import type { ConnectionsApi } from '../aws/gateway/connections.ts'
import type { FaultSettings } from './options.ts'
import type { Dice } from './random.ts'

/** Makes posts to `@connections` fail, vanish or hang, as a bad connection, network or API Gateway would. */
export function faultyPosts(
  connections: ConnectionsApi,
  { hangMillis, ...chances }: FaultSettings['posts'],
  dice: Dice,
): ConnectionsApi {
  if (Object.values(chances).every((chance) => chance === 0)) return connections
  return {
    ...connections,
    async post(connectionId, body) {
      switch (dice.choose('posts', chances)) {
        case 'gone':
          return { outcome: 'gone' }
        case 'throttled':
          return { outcome: 'limit_exceeded' }
        case 'failed':
          return { outcome: 'failed' }
        case 'failedDelivered':
          await connections.post(connectionId, body)
          return { outcome: 'failed' }
        case 'lost':
          return { outcome: 'delivered' }
        case 'hang':
          // The post is delivered after the poster has given up, because a timeout does not mean that a post was lost.
          await new Promise((resolve) => setTimeout(resolve, hangMillis).unref())
          return connections.post(connectionId, body)
        default:
          return connections.post(connectionId, body)
      }
    },
  }
}
