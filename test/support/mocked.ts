import {
  ApiGatewayManagementApiClient,
  ForbiddenException,
  GoneException,
  LimitExceededException,
} from '@aws-sdk/client-apigatewaymanagementapi'
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import type { Deps } from '../../lambdas/chat/deps.ts'
import { poster } from '../../lambdas/delivery/poster.ts'
import { newMemory } from '../../lambdas/memory.ts'
import type { Task } from '../../lambdas/model.ts'
import { allFeatures } from '../../protocol/features.ts'
import { defaultRates } from '../../protocol/limits.ts'
import { allStores } from '../../verification/simulator/all-stores.ts'
import { testKey } from './constants.ts'

export const noon = Date.parse('2026-01-01T12:00:00.000Z')
export const later = noon + 3_600_000

/**
 * The real stores and the real poster on mocked SDK clients, to check which commands are sent and how errors are
 * translated. Behavior is tested on a real engine instead.
 */
export function aMockedChat() {
  const config = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(config))
  const posts = new ApiGatewayManagementApiClient(config)
  const reported: unknown[] = []
  const sent: Task[] = []
  const deps: Deps = {
    ...allStores(db, {
      connections: 'connections',
      conversations: 'conversations',
      invitations: 'invitations',
      users: 'users',
    }),
    secrets: { current: async () => [testKey] },
    tokenClaims: {},
    admitCall: () => undefined,
    poster: poster(posts, (error) => reported.push(error)),
    tasks: { send: async (task) => void sent.push(task) },
    report: (error) => reported.push(error),
    audit: () => undefined,
    memory: newMemory(),
    rates: defaultRates,
    features: allFeatures,
    retentionMs: Number.POSITIVE_INFINITY,
    now: () => noon,
    newId: () => 'r'.repeat(22),
  }
  const [database, sockets] = [mockClient(db), mockClient(posts)]
  database.onAnyCommand().resolves({})
  sockets.onAnyCommand().resolves({})
  return { deps, posts, database, sockets, reported, sent }
}

const meta = (httpStatusCode: number) => ({ $metadata: { httpStatusCode }, message: 'a message from AWS' })

export const conditionFailed = () => new ConditionalCheckFailedException(meta(400))
export const gone = () => new GoneException(meta(410))
export const forbidden = () => new ForbiddenException(meta(403))
export const tooManyPosts = () => new LimitExceededException(meta(429))
export const serverError = () => Object.assign(new Error('InternalServerError'), meta(500))

/** A canceled transaction, with one reason code per item. */
export const canceled = (...codes: readonly string[]) =>
  new TransactionCanceledException({ ...meta(400), CancellationReasons: codes.map((Code) => ({ Code })) })

/** The rows of a pair of ada and bob, in the order of the query that reads the head of a conversation. */
export function rowsOfPair(
  joined: { readonly ada?: Record<string, number>; readonly bob?: Record<string, number> },
  last?: object,
) {
  return [
    { pk: 'CONV#c', sk: 'PART#bob', user: 'bob', joined: joined.bob ?? {}, read_seq: 0, read_others: 0 },
    { pk: 'CONV#c', sk: 'PART#ada', user: 'ada', joined: joined.ada ?? {}, read_seq: 0, read_others: 0 },
    { pk: 'CONV#c', sk: 'META', id: 'c', created_at: '2026-01-01T12:00:00.000Z' },
    ...(last ? [{ pk: 'CONV#c', sk: 'LOG#000000000001', seq: 1, id: '1-x', sender: 'bob', ...last }] : []),
  ]
}

export const messageEvent = (frame: object, routeKey = String((frame as { type?: unknown }).type)) => ({
  requestContext: {
    routeKey,
    eventType: 'MESSAGE' as const,
    connectionId: 'a1',
    connectedAt: noon - 3_600_000,
    requestTimeEpoch: noon,
  },
  body: JSON.stringify(frame),
})
