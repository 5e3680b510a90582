import type { TaskQueue } from '../lambdas/stores/tasks.ts'
import { SOCKET_PATH } from '../protocol/socket-route.ts'
import { createDistribution, type Distribution } from './aws/cloudfront/distribution.ts'
import { meteredDatabase } from './aws/cloudwatch/database.ts'
import { meteredConcurrency, meteredInvoke } from './aws/cloudwatch/invocations.ts'
import { createMetrics, type Metrics } from './aws/cloudwatch/metrics.ts'
import { sampleQueues } from './aws/cloudwatch/queues.ts'
import { openEngine } from './aws/dynamodb/engine-calls.ts'
import { startSchedule } from './aws/eventbridge/schedule.ts'
import { createHttpApi } from './aws/gateway/http-api.ts'
import { createWebSocketGateway, type WebSocketGateway } from './aws/gateway/websocket.ts'
import { type Credentials, createIdentity } from './aws/iam/identities.ts'
import { createFunctions, type Functions, shortName } from './aws/lambda/functions.ts'
import { openBucket } from './aws/s3/bucket.ts'
import { startAwsServer } from './aws/server.ts'
import { startEventSource } from './aws/sqs/event-source.ts'
import { openQueues } from './aws/sqs/queues.ts'
import { systemClock } from './clock.ts'
import type { Faults } from './faults/faults.ts'
import type { Log } from './log.ts'
import { describeRefusal } from './refusal.ts'
import type { Runtime, RuntimeOptions } from './runtime-types.ts'
import { output } from './targets.ts'
import { countThrottles } from './throttles.ts'
import { traceFrames, tracePosts } from './trace.ts'

export interface PlatformOptions
  extends Pick<
      RuntimeOptions,
      'dataDir' | 'trace' | 'limits' | 'intercept' | 'clock' | 'scheduleMs' | 'concurrency'
    >,
    Pick<Runtime, 'stack' | 'databaseEndpoint' | 'secret'> {
  /** Keeps the messages of the queues across restarts. */
  readonly queuesFile: string
  /** Folder with the files of the site. */
  readonly siteDir: string
  /** Resolves when the tables exist. The queues and schedules do not invoke functions before that. */
  readonly tablesReady: Promise<unknown>
  readonly log: Log
  /** Receives what the functions write, by the function's name. */
  readonly functionLog: Log
  readonly faults: Faults
}

/**
 * The AWS services that the stack runs on: CloudFront, API Gateway, Lambda, and the services that the functions call.
 */
export interface Platform {
  readonly gateway: WebSocketGateway
  /** The part that clients reach at all paths except the WebSocket API's own. */
  readonly distribution: Distribution
  readonly invoke: Functions['invoke']
  readonly metrics: Metrics
  readonly awsEndpoint: string
  /** Credentials that allow every action, for the commands. */
  readonly operator: Credentials
  /** Sends tasks to the worker as the operator, without a call to the AWS port. */
  readonly tasks: TaskQueue
  /** Replaces the code of functions. If one of them does not load, rejects, and the previous code keeps running. */
  readonly reload: Functions['reload']
  close(): Promise<void>
}

export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { stack, log, trace, faults, clock = systemClock, scheduleMs: intervalMs } = options
  const identities = new Map(
    [...stack.functions.values()].map(({ id, statements }) => [
      id,
      createIdentity(shortName(id), statements),
    ]),
  )
  const operator = createIdentity('operator', [{ effect: 'Allow', actions: ['*'], resources: ['*'] }])

  // Circular: API Gateway invokes the functions, which call AWS, which posts to API Gateway's connections.
  const metrics = createMetrics(clock)
  const nameOf = (functionId: string) => stack.functions.get(functionId)?.name ?? functionId
  const faulty = faults.invoke((...invocation) => functions.invoke(...invocation))
  const invoke = meteredInvoke(countThrottles(options.dataDir, faulty, shortName), metrics, nameOf)
  const shared = {
    invoke: trace ? traceFrames(invoke, trace) : invoke,
    domainName: 'localhost',
    warn: (line: string) => log('gateway', line),
  }
  const countFor = (ApiId: string) => (metric: string) => metrics.add('AWS/ApiGateway', metric, { ApiId })
  const intercept = faults.intercept(options.intercept)
  const limits = faults.limits(options.limits)
  const faultless = createWebSocketGateway({
    ...shared,
    api: stack.webSocketApi,
    count: countFor(stack.webSocketApi.apiId),
    ...(limits && { limits }),
    onRefused: (refusal) => log('gateway', describeRefusal(refusal, stack)),
  })
  const gateway = faults.gateway(faultless)
  const engine = openEngine(options.databaseEndpoint)
  const queues = openQueues({
    models: stack.queues,
    file: options.queuesFile,
    clock,
    warn: (line) => log('sqs', line),
  })
  const aws = await startAwsServer({
    functions: stack.functions,
    concurrency: options.concurrency,
    identities: [...identities.values(), operator],
    api: stack.webSocketApi,
    connections: trace ? tracePosts(gateway.connections, trace) : gateway.connections,
    secret: options.secret,
    queues,
    callEngine: meteredDatabase(faults.database(engine.call), metrics),
    warn: (line) => log('aws', line),
    ...(intercept && { intercept }),
  })
  const functions = createFunctions({
    functions: stack.functions,
    identities,
    awsEndpoint: aws.endpoint,
    concurrency: meteredConcurrency(faults.concurrency(options.concurrency), metrics),
    faults: faults.worker,
    log: options.functionLog,
  })

  /** Stops the queues and schedules from invoking functions. */
  let background: readonly (() => void)[] = []
  const close = async () => {
    for (const stop of background) stop()
    // The gateway is closed first, because its $disconnect events still need their function and the tables.
    await gateway.close()
    await functions.close()
    await aws.close()
    engine.close()
    queues.close()
  }
  try {
    await Promise.all([functions.warm(), options.tablesReady])
  } catch (error) {
    await close()
    throw error
  }
  background = [
    ...stack.eventSources.flatMap((model) => {
      const queue = queues.byArn(model.queueArn)
      return queue ? [startEventSource({ model, queue, invoke, clock })] : []
    }),
    ...stack.schedules.map((model) => {
      const dimensions = { FunctionName: nameOf(model.functionId) }
      const count = (metric: string) => metrics.add('AWS/Lambda', metric, dimensions)
      return startSchedule({ model, invoke, clock, intervalMs, count })
    }),
    sampleQueues(queues, metrics, clock),
  ]
  const taskQueueUrl = output(stack.outputs, 'TasksQueueUrl')
  return {
    gateway,
    tasks: {
      send: async (task, delaySeconds = 0) =>
        void queues.byUrl(taskQueueUrl)?.send(JSON.stringify(task), operator.name, delaySeconds * 1000),
    },
    distribution: createDistribution({
      site: stack.site,
      bucket: openBucket(options.siteDir, stack.site.uploads),
      httpApi: createHttpApi({
        ...shared,
        api: stack.httpApi,
        count: countFor(stack.httpApi.apiId),
      }),
      gateway,
      stage: stack.webSocketApi.stage,
      onUnknownSocket: (path) => log('gateway', `refused a WebSocket at ${path}; connect to ${SOCKET_PATH}`),
    }),
    invoke,
    metrics,
    awsEndpoint: aws.endpoint,
    operator: operator.credentials,
    reload: functions.reload,
    close,
  }
}
