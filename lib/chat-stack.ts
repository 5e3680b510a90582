import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { BundleDirectories } from './bundles.ts'
import { AccessLogs } from './constructs/access-logs.ts'
import { Alarms } from './constructs/alarms/alarms.ts'
import { Dashboard } from './constructs/dashboard.ts'
import { Functions, WORKER_TIMEOUT } from './constructs/functions.ts'
import { MonthlyBudget } from './constructs/monthly-budget.ts'
import { RestApi } from './constructs/rest-api.ts'
import { Site } from './constructs/site.ts'
import { SiteSecret } from './constructs/site-secret.ts'
import { SocketApi } from './constructs/socket-api.ts'
import { SweepSchedule } from './constructs/sweep-schedule.ts'
import { Tables } from './constructs/tables.ts'
import { TaskQueue } from './constructs/task-queue.ts'
import { TokenSecret } from './constructs/token-secret.ts'
import type { EdgeStack } from './edge-stack.ts'
import { functionNames, permissions, tableNames } from './permissions.ts'
import type { Settings } from './settings.ts'

/** The key in the template's metadata under which the stack records its settings. */
const SETTINGS_METADATA = 'Settings'

export interface ChatStackProps extends StackProps {
  /** The operator's settings. */
  readonly settings: Settings
  /** Folder with the bundled code of each function. */
  readonly bundles: BundleDirectories
  /** Folder with the files of the site. */
  readonly siteFiles: string
  /** The stack in us-east-1. @default - the settings need none */
  readonly edge?: EdgeStack | undefined
}

/** The complete chat: two APIs, four functions, four tables, a queue, a schedule, two secrets and the site. */
export class ChatStack extends Stack {
  constructor(scope: Construct, id: string, props: ChatStackProps) {
    super(scope, id, { description: 'admin-chat: real-time chat between administrators', ...props })
    const { settings, bundles, siteFiles, edge } = props
    // `npm run deploy` compares these settings with those of the next deployment.
    this.templateOptions.metadata = { [SETTINGS_METADATA]: settings }
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

    const siteSecret = new SiteSecret(this, 'SiteSecret')
    const functions = new Functions(this, 'Functions', {
      bundles,
      logRetention,
      logLevel: settings.logLevel,
      metrics: settings.metrics,
      allowedOrigins,
      connectionsPerAddress: settings.connectionsPerAddress,
      invitationDays: settings.invitationDays,
      retentionDays: settings.retentionDays,
      memoryMegabytes: settings.memoryMegabytes,
      features: { typing: settings.typing, presence: settings.presence },
      rates: {
        frames: { perSecond: settings.framesPerSecond, burst: settings.frameBurst },
        messages: { perSecond: settings.messagesPerSecond, burst: settings.messageBurst },
        calls: { perSecond: settings.callsPerSecond, burst: settings.callBurst },
      },
      site: { secret: siteSecret.value, only: settings.waf },
      tokenClaims: { audience: tokenAudience, issuer: tokenIssuer },
    })
    socketApi.addRoutes(functions)
    restApi.addRoutes(functions.rest)
    const taskQueue = new TaskQueue(this, 'Tasks', {
      worker: functions.worker,
      workerTimeout: WORKER_TIMEOUT,
    })
    new SweepSchedule(this, 'Sweep', { worker: functions.worker })
    const site = new Site(this, 'Site', {
      files: siteFiles,
      restUrl: restApi.url,
      socketUrl: socketApi.url,
      secret: siteSecret.value,
      logRetention,
      domain: siteDomain(settings, edge),
      hostedZoneId: settings.hostedZoneId,
      webAclArn: edge?.webAclArn,
    })
    if (edge) this.addStackDependency(edge)

    const watched = { functions, taskQueue, restApi, socketApi, tables }
    const { alarmEmail: email, budgetUsd: usd } = settings
    if (email !== undefined) new Alarms(this, 'Alarms', { email, ...watched })
    if (email !== undefined && usd !== undefined) new MonthlyBudget(this, 'MonthlyBudget', { email, usd })
    if (settings.dashboard) new Dashboard(this, 'Dashboard', watched)

    for (const name of functionNames) {
      const { tables: tableActions, tokenSecret: readsSecret, openConnections, tasks } = permissions[name]
      for (const table of tableNames) tables.grant(functions[name], table, tableActions[table] ?? [])
      if (readsSecret) tokenSecret.grantRead(functions[name])
      socketApi.grantConnections(functions[name], openConnections)
      taskQueue.grant(functions[name], tasks)
    }

    const outputs: Readonly<Record<string, readonly [value: string, description: string]>> = {
      SiteUrl: [site.url, 'The chat page. Below it are also /api/... and the WebSocket, /ws/chat.'],
      WebSocketUrl: [socketApi.url, "The WebSocket API's own URL."],
      RestUrl: [restApi.url, "The HTTP API's own URL, to which /api/... is appended."],
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
      DeadLettersUrl: [taskQueue.deadLettersUrl, 'Queue of the tasks that failed too often.'],
      LogSalt: [this.stackId, 'Salt of the hashes that name users in the log.'],
      JwtSecretArn: [tokenSecret.secretId, 'Secret (SecretId) that holds the signing key of the tokens.'],
    }
    for (const [name, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value, description })
    }
    // With these outputs, the commands sign tokens that this stack accepts. An output cannot be empty.
    const claims = { TokenAudience: tokenAudience, TokenIssuer: tokenIssuer }
    for (const [name, value] of Object.entries(claims)) {
      if (value !== undefined) new CfnOutput(this, name, { value, description: 'Claim of every token.' })
    }
    if (settings.domainName !== undefined) {
      const description = 'The domain to which the records of your own domain must point.'
      new CfnOutput(this, 'SiteDomain', { value: site.distributionDomain, description })
    }
  }
}

function siteDomain({ domainName, certificateArn }: Settings, edge: EdgeStack | undefined) {
  const arn = certificateArn ?? edge?.certificateArn
  return domainName !== undefined && arn !== undefined ? { name: domainName, certificateArn: arn } : undefined
}
