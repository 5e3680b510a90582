import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { BundleDirectories } from './bundles.ts'
import { AccessLogs } from './constructs/access-logs.ts'
import { Functions, WORKER_TIMEOUT } from './constructs/functions.ts'
import { RestApi } from './constructs/rest-api.ts'
import { SocketApi } from './constructs/socket-api.ts'
import { SweepSchedule } from './constructs/sweep-schedule.ts'
import { Tables } from './constructs/tables.ts'
import { TaskQueue } from './constructs/task-queue.ts'
import { TokenSecret } from './constructs/token-secret.ts'
import { functionNames, permissions, tableNames } from './permissions.ts'
import type { Settings } from './settings.ts'

export interface ChatStackProps extends StackProps {
  /** The operator's settings. */
  readonly settings: Settings
  /** Folder with the bundled code of each function. */
  readonly bundles: BundleDirectories
}

/** The complete chat: two APIs, four functions, four tables, a queue, a schedule and a secret. */
export class ChatStack extends Stack {
  constructor(scope: Construct, id: string, props: ChatStackProps) {
    super(scope, id, { description: 'admin-chat: real-time chat between administrators', ...props })
    const { settings, bundles } = props
    const logRetention = settings.logRetentionDays
    const throttle = { rateLimit: settings.throttleRate, burstLimit: settings.throttleBurst }
    const { allowedOrigins, deletionProtection, tokenAudience, tokenIssuer } = settings

    const tables = new Tables(this, 'Tables', { deletionProtection })
    const tokenSecret = new TokenSecret(this, 'TokenSecret', { existingName: settings.jwtSecretName })
    const accessLogs = settings.accessLogs
      ? new AccessLogs(this, 'AccessLogs', { retention: logRetention })
      : undefined
    const socketApi = new SocketApi(this, 'SocketApi', { throttle, accessLogs: accessLogs?.socket })
    const restApi = new RestApi(this, 'RestApi', { throttle, allowedOrigins, accessLogs: accessLogs?.rest })

    const functions = new Functions(this, 'Functions', {
      bundles,
      logRetention,
      allowedOrigins,
      connectionsPerAddress: settings.connectionsPerAddress,
      invitationDays: settings.invitationDays,
      features: { typing: settings.typing, presence: settings.presence },
      rates: {
        frames: { perSecond: settings.framesPerSecond, burst: settings.frameBurst },
        messages: { perSecond: settings.messagesPerSecond, burst: settings.messageBurst },
        calls: { perSecond: settings.callsPerSecond, burst: settings.callBurst },
      },
      tokenClaims: { audience: tokenAudience, issuer: tokenIssuer },
    })
    socketApi.addRoutes(functions)
    restApi.addRoutes(functions.rest)
    const taskQueue = new TaskQueue(this, 'Tasks', {
      worker: functions.worker,
      workerTimeout: WORKER_TIMEOUT,
    })
    new SweepSchedule(this, 'Sweep', { worker: functions.worker })

    for (const name of functionNames) {
      const { tables: tableActions, tokenSecret: readsSecret, openConnections, tasks } = permissions[name]
      for (const table of tableNames) tables.grant(functions[name], table, tableActions[table] ?? [])
      if (readsSecret) tokenSecret.grantRead(functions[name])
      socketApi.grantConnections(functions[name], openConnections)
      taskQueue.grant(functions[name], tasks)
    }

    const outputs: Readonly<Record<string, readonly [value: string, description: string]>> = {
      WebSocketUrl: [socketApi.url, 'URL that clients connect to.'],
      RestUrl: [restApi.url, 'Base URL of the REST API, to which /api/... is appended.'],
      CallbackUrl: [
        socketApi.callbackUrl,
        'Endpoint of the @connections API, which sends frames to open connections and closes them.',
      ],
      ConnectionsTable: [tables.nameOf('connections'), 'Table of open connections and their users.'],
      ConversationsTable: [
        tables.nameOf('conversations'),
        'Table of conversations, messages and read cursors.',
      ],
      InvitationsTable: [tables.nameOf('invitations'), 'Table of invitations and their answers.'],
      UsersTable: [tables.nameOf('users'), 'Table of users and their roles.'],
      TasksQueueUrl: [taskQueue.url, 'Queue of delayed and background tasks.'],
      JwtSecretArn: [tokenSecret.secretId, 'Secret (SecretId) that holds the signing key of the tokens.'],
    }
    for (const [name, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value, description })
    }
    // So that the commands sign tokens that this stack accepts. An output cannot be empty.
    const claims = { TokenAudience: tokenAudience, TokenIssuer: tokenIssuer }
    for (const [name, value] of Object.entries(claims)) {
      if (value !== undefined) new CfnOutput(this, name, { value, description: 'Claim of every token.' })
    }
  }
}
