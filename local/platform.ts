import { startSchedule } from './aws/eventbridge/schedule.ts'
import type { WebSocketLimits } from './aws/gateway/facts.ts'
import { createHttpApi, type HttpApi } from './aws/gateway/http-api.ts'
import { createWebSocketGateway, type WebSocketGateway } from './aws/gateway/websocket.ts'
import { type Credentials, createIdentity } from './aws/iam/identities.ts'
import { createFunctions, type Functions, shortName } from './aws/lambda/functions.ts'
import type { SecretStore } from './aws/secrets/secrets.ts'
import { type Intercept, startAwsServer } from './aws/server.ts'
import { startEventSource } from './aws/sqs/event-source.ts'
import { openQueues } from './aws/sqs/queues.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Faults } from './faults/faults.ts'
import type { StackModel } from './stack/model.ts'

export interface PlatformOptions {
  readonly stack: StackModel
  readonly databaseEndpoint: string
  readonly secret: SecretStore
  /** Where the messages of the queues are kept. */
  readonly queuesFile: string
  readonly log: (source: string, line: string) => void
  readonly limits?: Partial<WebSocketLimits> | undefined
  readonly intercept?: Intercept | undefined
  /** @default - none */
  readonly faults?: Faults | undefined
  /** Of the queues and the schedules. @default - the system's */
  readonly clock?: Clock | undefined
  /** Between two runs of every schedule. @default - what its rule says */
  readonly scheduleMillis?: number | undefined
}

/** What AWS is to the stack: API Gateway in front of the functions, and the services behind them. */
export interface Platform {
  readonly gateway: WebSocketGateway
  readonly httpApi: HttpApi
  readonly invoke: Functions['invoke']
  readonly awsEndpoint: string
  /** Credentials that are allowed everything, for the commands. */
  readonly operator: Credentials
  /** Plays another version of the functions and their permissions; routes, queues and schedules stay as they were. */
  reload(stack: StackModel): Promise<void>
  close(): Promise<void>
}

export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { stack, log, faults, clock = systemClock, scheduleMillis: intervalMs } = options
  const identities = new Map(
    [...stack.functions.values()].map(({ id, statements }) => [
      id,
      createIdentity(shortName(id), statements),
    ]),
  )
  const operator = createIdentity('operator', [{ effect: 'Allow', actions: ['*'], resources: ['*'] }])

  // API Gateway needs the functions, they need the address of AWS, and AWS needs API Gateway's connections.
  const invokeFunction: Functions['invoke'] = (...invocation) => functions.invoke(...invocation)
  const invoke = faults ? faults.invoke(invokeFunction) : invokeFunction
  const front = { invoke, domainName: 'localhost', warn: (line: string) => log('gateway', line) }
  const intercept = faults ? faults.intercept(options.intercept) : options.intercept
  const limits = faults ? faults.limits(options.limits) : options.limits
  const wellGateway = createWebSocketGateway({ ...front, api: stack.webSocketApi, ...(limits && { limits }) })
  const gateway = faults ? faults.gateway(wellGateway) : wellGateway
  const database = await faults?.database(options.databaseEndpoint)
  const queues = openQueues({
    models: stack.queues,
    file: options.queuesFile,
    clock,
    warn: (line) => log('sqs', line),
  })
  const aws = await startAwsServer({
    identities: [...identities.values(), operator],
    api: stack.webSocketApi,
    connections: gateway.connections,
    secret: options.secret,
    queues,
    databaseEndpoint: database?.endpoint ?? options.databaseEndpoint,
    warn: (line) => log('aws', line),
    ...(intercept && { intercept }),
  })
  const functions = createFunctions({
    functions: stack.functions,
    identities,
    awsEndpoint: aws.endpoint,
    faults: faults?.worker,
    log,
  })

  /** How to stop what invokes functions by itself. */
  let background: readonly (() => void)[] = []
  const close = async () => {
    for (const stop of background) stop()
    // In this order, so that what $disconnect tidies up still finds its function and its tables.
    await gateway.close()
    await functions.close()
    await aws.close()
    await database?.close()
    queues.close()
  }
  try {
    await functions.warm()
  } catch (error) {
    await close()
    throw error
  }
  background = [
    ...stack.eventSources.flatMap((model) => {
      const queue = queues.byArn(model.queueArn)
      return queue ? [startEventSource({ model, queue, invoke })] : []
    }),
    ...stack.schedules.map((model) => startSchedule({ model, invoke, clock, intervalMs })),
  ]
  return {
    gateway,
    httpApi: createHttpApi({ ...front, api: stack.httpApi }),
    invoke,
    awsEndpoint: aws.endpoint,
    operator: operator.credentials,
    async reload(next) {
      await functions.reload(next.functions)
      for (const { id, statements } of next.functions.values()) {
        const identity = identities.get(id)
        if (identity) identity.statements = statements
      }
    },
    close,
  }
}
