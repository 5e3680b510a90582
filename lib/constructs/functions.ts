import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { environment } from '../../lambdas/environment.ts'
import type { SiteRules } from '../../lambdas/site.ts'
import type { Features } from '../../protocol/features.ts'
import type { Rates } from '../../protocol/limits.ts'
import type { TokenClaims } from '../../protocol/token-claims.ts'
import type { BundleDirectories } from '../bundles.ts'
import type { LogLevel } from '../log-levels.ts'

export interface FunctionsProps {
  /** Folder with the bundled code of each function. */
  readonly bundles: BundleDirectories
  /** How long CloudWatch keeps each function's log, in days. */
  readonly logRetention: RetentionDays
  /** The lowest severity that the functions write to their logs. */
  readonly logLevel: LogLevel
  /** Whether the functions publish custom metrics. */
  readonly metrics: boolean
  /** The rate limits of frames, messages and REST calls. */
  readonly rates: Rates
  /** The claims that `frames` and `rest` require of tokens. */
  readonly tokenClaims: TokenClaims
  /** The features that are switched on. */
  readonly features: Features
  /** Memory of `frames` and `rest` in megabytes. */
  readonly memoryMegabytes: number
  /** For how many days an invitation can be answered. */
  readonly invitationDays: number
  /** After how many days messages are removed; 0 means never. */
  readonly retentionDays: number
  /** New connections that one IP address may open per minute; 0 means no limit. */
  readonly connectionsPerAddress: number
  /** The site in front of the APIs. */
  readonly site: SiteRules
  /** Origins whose handshakes `lifecycle` accepts, and whose calls `rest` answers with CORS headers. */
  readonly allowedOrigins: readonly string[]
}

/** One invocation of `worker` handles up to ten tasks, and no client is waiting for it. */
export const WORKER_TIMEOUT = Duration.seconds(30)

/** Shorter than API Gateway's own 29 s, so that the client gets our error. */
const ANSWER_TIMEOUT = Duration.seconds(10)

const applicationLogLevels: Readonly<Record<LogLevel, ApplicationLogLevel>> = {
  debug: ApplicationLogLevel.DEBUG,
  info: ApplicationLogLevel.INFO,
  warn: ApplicationLogLevel.WARN,
  error: ApplicationLogLevel.ERROR,
}

/** The four functions, one per trust boundary. Each has its own role, which initially may only write its own log. */
export class Functions extends Construct {
  /** `$connect` and `$disconnect`. */
  readonly lifecycle: LambdaFunction
  /** Every other route of the WebSocket API. */
  readonly frames: LambdaFunction
  /** Every route of the HTTP API. */
  readonly rest: LambdaFunction
  /** Tasks from the queue and the schedule. */
  readonly worker: LambdaFunction

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id)
    const { bundles, logRetention, logLevel, memoryMegabytes } = props
    const small = { logRetention, logLevel, memorySize: 512 }
    const large = { logRetention, logLevel, memorySize: memoryMegabytes }
    this.lifecycle = this.function('Lifecycle', bundles.lifecycle, ANSWER_TIMEOUT, small)
    this.frames = this.function('Frames', bundles.frames, ANSWER_TIMEOUT, large)
    this.rest = this.function('Rest', bundles.rest, ANSWER_TIMEOUT, large)
    this.worker = this.function('Worker', bundles.worker, WORKER_TIMEOUT, small)
    const { stackId, stackName } = Stack.of(this)
    for (const fn of [this.lifecycle, this.frames, this.rest, this.worker]) {
      fn.addEnvironment(environment.logSalt, stackId)
      if (props.metrics) fn.addEnvironment(environment.metricsNamespace, stackName)
    }
    for (const fn of [this.lifecycle, this.rest]) {
      fn.addEnvironment(environment.allowedOrigins, props.allowedOrigins.join(','))
    }
    for (const fn of [this.lifecycle, this.rest]) {
      fn.addEnvironment(environment.siteSecret, props.site.secret)
      fn.addEnvironment(environment.siteOnly, String(props.site.only))
    }
    this.lifecycle.addEnvironment(environment.connectionsPerAddress, String(props.connectionsPerAddress))
    for (const fn of [this.rest, this.worker]) {
      fn.addEnvironment(environment.invitationDays, String(props.invitationDays))
    }
    for (const fn of [this.frames, this.rest]) {
      fn.addEnvironment(environment.tokenClaims, JSON.stringify(props.tokenClaims))
    }
    for (const fn of [this.frames, this.rest, this.worker]) {
      fn.addEnvironment(environment.rates, JSON.stringify(props.rates))
      fn.addEnvironment(environment.features, JSON.stringify(props.features))
      fn.addEnvironment(environment.retentionDays, String(props.retentionDays))
    }
  }

  private function(
    id: string,
    directory: string,
    timeout: Duration,
    options: Pick<FunctionsProps, 'logRetention' | 'logLevel'> & { readonly memorySize: number },
  ): LambdaFunction {
    const { logRetention, logLevel, memorySize } = options
    const scope = new Construct(this, id)
    const logGroup = new LogGroup(scope, 'Log', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    // The default managed policy would allow writing to every log group in the account.
    const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    logGroup.grantWrite(role)
    return new LambdaFunction(scope, 'Function', {
      code: Code.fromAsset(directory),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // CPU is allocated in proportion to memory. Loading the code and the first TLS handshake are CPU-bound, so half
      // the memory would take about twice as long for the same price.
      memorySize,
      timeout,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: applicationLogLevels[logLevel],
      // Logs only failures, such as timeouts. The line that we log for each invocation contains its duration.
      systemLogLevelV2: SystemLogLevel.WARN,
    })
  }
}
