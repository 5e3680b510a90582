import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { environment } from '../../lambdas/environment.ts'
import type { Features } from '../../protocol/features.ts'
import type { Rates } from '../../protocol/limits.ts'
import type { BundleDirectories } from '../bundles.ts'

export interface FunctionsProps {
  /** The code of each function. */
  readonly bundles: BundleDirectories
  /** How long the log of each function is kept. */
  readonly logRetention: RetentionDays
  /** The limits on use that `frames` and `rest` keep. */
  readonly rates: Rates
  /** What is switched on. */
  readonly features: Features
  /** New connections that one address may open in a minute; 0 means any number. */
  readonly connectionsPerAddress: number
  /** Origins whose handshakes `lifecycle` accepts. */
  readonly allowedOrigins: readonly string[]
}

/** One invocation of `worker` handles up to ten tasks, and nobody waits for its answer. */
export const WORKER_TIMEOUT = Duration.seconds(30)

/** Ends before API Gateway gives up after 29 s, so that the client hears of a failure from us. */
const ANSWER_TIMEOUT = Duration.seconds(10)

/** The four functions, one per trust boundary, each with its own role that so far may only write its own log. */
export class Functions extends Construct {
  /** `$connect` and `$disconnect`. */
  readonly lifecycle: LambdaFunction
  /** Every other route of the WebSocket API. */
  readonly frames: LambdaFunction
  /** Every route of the HTTP API. */
  readonly rest: LambdaFunction
  /** What the queue of tasks and the schedule invoke. */
  readonly worker: LambdaFunction

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id)
    this.lifecycle = this.function('Lifecycle', props.bundles.lifecycle, ANSWER_TIMEOUT, props)
    this.frames = this.function('Frames', props.bundles.frames, ANSWER_TIMEOUT, props)
    this.rest = this.function('Rest', props.bundles.rest, ANSWER_TIMEOUT, props)
    this.worker = this.function('Worker', props.bundles.worker, WORKER_TIMEOUT, props)
    this.lifecycle.addEnvironment(environment.allowedOrigins, props.allowedOrigins.join(','))
    this.lifecycle.addEnvironment(environment.connectionsPerAddress, String(props.connectionsPerAddress))
    for (const limited of [this.frames, this.rest]) {
      limited.addEnvironment(environment.rates, JSON.stringify(props.rates))
    }
    for (const each of [this.lifecycle, this.frames, this.rest, this.worker]) {
      each.addEnvironment(environment.features, JSON.stringify(props.features))
    }
  }

  private function(id: string, directory: string, timeout: Duration, props: FunctionsProps): LambdaFunction {
    const scope = new Construct(this, id)
    const logGroup = new LogGroup(scope, 'Log', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    // The managed policy that comes by default may write to every log group of the account.
    const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    logGroup.grantWrite(role)
    return new LambdaFunction(scope, 'Function', {
      code: Code.fromAsset(directory),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // Chosen for the CPU, which comes in proportion: loading the code and the first TLS handshake are pure CPU, so
      // that half the memory would take about twice as long at the same price.
      memorySize: 512,
      timeout,
      role,
      logGroup,
    })
  }
}
