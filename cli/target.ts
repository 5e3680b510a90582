import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { revokeUser } from '../lambdas/chat/connections/revoke.ts'
import { poster } from '../lambdas/delivery/poster.ts'
import { connectionStore } from '../lambdas/stores/connections.ts'
import { presenceStore } from '../lambdas/stores/presence.ts'
import { subscriptionStore } from '../lambdas/stores/subscriptions.ts'
import { taskQueue } from '../lambdas/stores/tasks.ts'
import { type UserStore, userStore } from '../lambdas/stores/users.ts'
import type { Credentials } from '../local/aws/iam/identities.ts'
import { readRuntimeFile } from '../local/runtime-file.ts'
import { dataDirOf } from '../local/settings.ts'
import { place } from '../local/stack/names.ts'
import { chatTables, output } from '../local/targets.ts'
import { allFeatures } from '../protocol/features.ts'
import { SOCKET_PATH } from '../protocol/routes.ts'
import { stackOutputs } from './stack-outputs.ts'

/** The chat that a command works on, reached with the rights of whoever runs the command. */
export interface Target {
  /** Where clients connect. */
  readonly socketUrl: string
  /** Where the paths under `/api` begin, without a final slash. */
  readonly restUrl: string
  readonly users: UserStore
  /** Ends the open connections of a user; resolves with how many there were. */
  revoke(userId: string): Promise<number>
  /** What signs tokens now. */
  secret(): Promise<string>
}

/** The message says what its reader can do about it. */
export class TargetError extends Error {
  override readonly name = 'TargetError'
}

/** A deployed stack when one is named, otherwise the chat that runs on this machine. */
export async function openTarget(stackName: string | undefined): Promise<Target> {
  if (stackName === undefined) return laptop()
  const outputs = await stackOutputs(stackName)
  const urls = { socketUrl: output(outputs, 'WebSocketUrl'), restUrl: output(outputs, 'RestUrl') }
  return { ...urls, ...connect(outputs, {}) }
}

function laptop(): Target {
  const dataDir = dataDirOf(process.env)
  const running = readRuntimeFile(dataDir)
  if (!running) {
    throw new TargetError(
      `No chat is running on ${dataDir}. Start it with "npm start", set DATA_DIR if it runs on another ` +
        'directory, or name a deployed stack with --stack.',
    )
  }
  const { port, awsEndpoint: endpoint, credentials, outputs } = running
  return {
    socketUrl: `ws://localhost:${port}${SOCKET_PATH}`,
    restUrl: `http://localhost:${port}`,
    ...connect(outputs, { endpoint, credentials, region: place.region }),
  }
}

interface ClientConfig {
  readonly endpoint?: string
  readonly region?: string
  readonly credentials?: Credentials
}

/** Without a configuration the SDK looks for region and credentials where AWS users keep them. */
function connect(
  outputs: Readonly<Record<string, string>>,
  config: ClientConfig,
): Omit<Target, 'socketUrl' | 'restUrl'> {
  const tables = chatTables(outputs)
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(config))
  const secrets = new SecretsManagerClient(config)
  const callback = new ApiGatewayManagementApiClient({ ...config, endpoint: output(outputs, 'CallbackUrl') })
  const open = {
    connections: connectionStore({ db, tableName: tables.connections }),
    subscriptions: subscriptionStore({
      db,
      connectionsTable: tables.connections,
      conversationsTable: tables.conversations,
    }),
    presence: presenceStore({ db, tableName: tables.connections }),
    tasks: taskQueue(new SQSClient(config), output(outputs, 'TasksQueueUrl')),
    // The stack knows what is switched on: a worker without presence drops the task.
    features: allFeatures,
    report: (error: unknown) => console.error(`Others may see the user online for ten minutes yet: ${error}`),
    now: Date.now,
    poster: poster(callback, (error) => console.error(`A connection could not be closed: ${error}`)),
  }
  return {
    users: userStore({ db, tableName: tables.users }),
    revoke: (userId) => revokeUser(open, userId),
    async secret() {
      const SecretId = output(outputs, 'JwtSecretArn')
      const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }))
      if (SecretString === undefined) throw new TargetError(`The secret ${SecretId} holds no text.`)
      return SecretString
    },
  }
}
