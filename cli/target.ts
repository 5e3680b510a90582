import { randomBytes } from 'node:crypto'
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dismissUser } from '../lambdas/chat/connections/dismiss-user.ts'
import { revokeUser } from '../lambdas/chat/connections/revoke.ts'
import type { Deps, MessageDeps } from '../lambdas/chat/deps.ts'
import { poster } from '../lambdas/delivery/poster.ts'
import { newMemory } from '../lambdas/memory.ts'
import { connectionStore } from '../lambdas/stores/connections.ts'
import { conversationStore } from '../lambdas/stores/conversations.ts'
import { logStore } from '../lambdas/stores/log.ts'
import { presenceStore } from '../lambdas/stores/presence.ts'
import { registerStore } from '../lambdas/stores/register.ts'
import { subscriptionStore } from '../lambdas/stores/subscriptions.ts'
import { taskQueue } from '../lambdas/stores/tasks.ts'
import { type UserStore, userStore } from '../lambdas/stores/users.ts'
import { type FunctionName, functionNames } from '../lib/permissions.ts'
import { type RuntimeFile, readRuntimeFile } from '../local/runtime-file.ts'
import { dataDirOf } from '../local/settings.ts'
import { place } from '../local/stack/names.ts'
import { type ChatTables, chatTables, output, tokenClaims } from '../local/targets.ts'
import { signToken } from '../local/tokens.ts'
import { allFeatures } from '../protocol/features.ts'
import { defaultRates } from '../protocol/limits.ts'
import { SOCKET_PATH } from '../protocol/socket-route.ts'
import { cloudWatchLogs } from './logs/cloud-watch.ts'
import { fileLogs } from './logs/files.ts'
import type { Logs } from './logs/logs.ts'
import { warn } from './output.ts'
import { requireOutputs } from './required-outputs.ts'
import { logicalIdOf, type StackFunction, stackFunctions } from './stack-functions.ts'
import { TargetError } from './target-error.ts'
import { cloudWatchUsage, laptopUsage, type Usage } from './usage.ts'

export { TargetError }

/** The chat that a command operates on, accessed with the caller's own AWS permissions. */
export interface Target {
  /** Name of the deployed stack; undefined for the chat on this machine. */
  readonly stack: string | undefined
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, string>>
  /** Configuration of further SDK clients. */
  readonly config: ClientConfig
  readonly logs: Logs
  /** The names that AWS uses for the functions and for their log groups. */
  functions(): Promise<ReadonlyMap<FunctionName, StackFunction>>
  usage(): Promise<Usage>
  /** When the chat on this machine started, epoch milliseconds; undefined for a deployed stack. */
  readonly runningSince: number | undefined
  /** The faults that the chat on this machine injects, in words; undefined without faults. */
  readonly faults: string | undefined
  /** Distinguishes this chat from others: the name of its users table, or the data directory. */
  readonly name: string
  /** URL of the WebSocket API. */
  readonly socketUrl: string
  /** Base URL of the REST API, to which `/api/…` is appended; no trailing slash. */
  readonly restUrl: string
  readonly db: DynamoDBDocumentClient
  readonly tables: ChatTables
  readonly users: UserStore
  /** What the rules need to change a conversation and to notify its participants, as the functions do. */
  readonly deps: OperatorDeps
  /** Closes a user's open connections; resolves with how many there were. */
  revoke(userId: string): Promise<number>
  /** Closes the user's connections, and queues the task that ends the user's conversations and invitations. */
  dismiss(userId: string): Promise<number>
  /** The key that signs tokens. */
  secret(): Promise<string>
  /** Signs a token for a user, with the current key and the claims that the chat requires. */
  token(userId: string, hours: number): Promise<string>
  /**
   * The time by the clock of the chat, in epoch milliseconds rounded down to a second; this machine's clock may be
   * wrong.
   */
  now(): Promise<number>
}

export type OperatorDeps = MessageDeps & Pick<Deps, 'users'>

/** The rate of messages protects users from each other; an operator's command is not limited. */
const UNLIMITED = { perSecond: 1_000_000, burst: 1_000_000 }

/**
 * Calls are repeated often, because an operator's command may take long, and reads and writes faster than a new table
 * allows at first.
 */
const MAX_ATTEMPTS = 10

/**
 * Opens a deployed stack if one is named, otherwise the chat that is running on this machine. For a stack, the SDK
 * finds the Region and the credentials in its usual places, such as AWS_REGION and AWS_PROFILE.
 */
export async function openTarget(stack: string | undefined): Promise<Target> {
  return stack === undefined ? laptop() : await deployed(stack)
}

async function deployed(stack: string): Promise<Target> {
  const cloudFormation = new CloudFormationClient()
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }))
  const outputs: Record<string, string> = {}
  for (const { OutputKey, OutputValue } of Stacks?.[0]?.Outputs ?? []) {
    if (OutputKey && OutputValue) outputs[OutputKey] = OutputValue
  }
  requireOutputs(stack, outputs, Stacks?.[0]?.StackStatus)
  // With the firewall, the APIs refuse calls that bypass the site.
  const restUrl = output(outputs, 'SiteUrl')
  let known: ReturnType<typeof stackFunctions> | undefined
  const functions = () => (known ??= stackFunctions(cloudFormation, stack))
  const groupsOf = async () =>
    new Map([...(await functions())].map(([name, { logGroup }]) => [name, logGroup]))
  return {
    stack,
    name: output(outputs, 'UsersTable'),
    socketUrl: restUrl.replace('https:', 'wss:') + SOCKET_PATH,
    restUrl,
    ...connect(outputs, {}, () => timeOf(restUrl)),
    functions,
    logs: cloudWatchLogs(new CloudWatchLogsClient(), groupsOf),
    usage: async () => await cloudWatchUsage(new CloudWatchClient(), await functions(), Date.now()),
    runningSince: undefined,
    faults: undefined,
  }
}

function laptop(): Target {
  const dataDir = dataDirOf(process.env)
  const running = readRuntimeFile(dataDir)
  if (!running) {
    throw new TargetError(
      `No chat is running with the data directory ${dataDir}. Start one with "npm start", set DATA_DIR if it uses ` +
        'another directory, or name a deployed stack with --stack.',
    )
  }
  const { port, awsEndpoint: endpoint, credentials, outputs } = running
  requireOutputs(undefined, outputs)
  const restUrl = `http://localhost:${port}`
  return {
    stack: undefined,
    name: dataDir,
    socketUrl: `ws://localhost:${port}${SOCKET_PATH}`,
    restUrl,
    ...connect(outputs, { endpoint, credentials, region: place.region }, () => timeOf(restUrl)),
    functions: async () => laptopFunctions,
    logs: fileLogs(dataDir),
    usage: async () => laptopUsage(dataDir, laptopFunctions),
    runningSince: running.startedAt,
    faults: running.faults,
  }
}

/** The laptop calls a function by its logical id, and writes its log to a file. */
const laptopFunctions: ReadonlyMap<FunctionName, StackFunction> = new Map(
  functionNames.map((name) => [name, { name: `${logicalIdOf(name)}Function`, logGroup: name }]),
)

async function timeOf(restUrl: string): Promise<number> {
  const { headers } = await fetch(`${restUrl}/api/health`)
  const time = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(time)) throw new TargetError(`${restUrl}/api/health returned no valid time.`)
  return time
}

export interface ClientConfig extends Partial<Pick<RuntimeFile, 'credentials'>> {
  readonly endpoint?: string
  readonly region?: string
}

function connect(outputs: RuntimeFile['outputs'], config: ClientConfig, now: Target['now']) {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient({ ...config, maxAttempts: MAX_ATTEMPTS }))
  const secrets = new SecretsManagerClient(config)
  const callback = new ApiGatewayManagementApiClient({ ...config, endpoint: output(outputs, 'CallbackUrl') })
  const tables = chatTables(outputs)
  const { connections, conversations, users } = tables
  const deps: OperatorDeps = {
    connections: connectionStore({ db, tableName: connections }),
    register: registerStore({ db, tableName: connections }),
    subscriptions: subscriptionStore({
      db,
      connectionsTable: connections,
      conversationsTable: conversations,
    }),
    presence: presenceStore({ db, tableName: connections }),
    tasks: taskQueue(new SQSClient(config), output(outputs, 'TasksQueueUrl')),
    // The stack's own settings decide: a worker with presence switched off drops the task.
    features: allFeatures,
    report: (error: unknown) =>
      warn(`Others may still see the user as online for up to ten minutes: ${error}`),
    now: Date.now,
    poster: poster(callback, (error) => warn(`A connection could not be reached: ${error}`)),
    conversations: conversationStore({ db, tableName: conversations }),
    log: logStore({ db, tableName: conversations }),
    users: userStore({ db, tableName: users }),
    memory: newMemory(),
    rates: { ...defaultRates, messages: UNLIMITED },
    // Only the functions know the setting and hide expired messages.
    retentionMs: Number.POSITIVE_INFINITY,
    newId: () => randomBytes(16).toString('base64url'),
    audit: () => undefined,
  }
  const secret = async () => {
    const SecretId = output(outputs, 'JwtSecretArn')
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }))
    if (SecretString === undefined) throw new TargetError(`The secret ${SecretId} has no text value.`)
    return SecretString
  }
  return {
    outputs,
    tables,
    db,
    config,
    deps,
    now,
    users: deps.users,
    revoke: (userId: string) => revokeUser(deps, userId),
    dismiss: async (userId: string) => dismissUser(deps, userId, await now()),
    secret,
    token: async (userId: string, hours: number) =>
      signToken(await secret(), userId, hours, tokenClaims(outputs)),
  }
}
