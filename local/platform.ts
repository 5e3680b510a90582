import { type Credentials, createIdentity } from './aws/identities.ts'
import type { SecretStore } from './aws/secrets.ts'
import { type Intercept, startAwsServer } from './aws/server.ts'
import { createFunctions, type Functions, shortName } from './functions.ts'
import type { WebSocketLimits } from './gateway/facts.ts'
import { createHttpApi, type HttpApi } from './gateway/http-api.ts'
import { createWebSocketGateway, type WebSocketGateway } from './gateway/websocket.ts'
import type { StackModel } from './stack/model.ts'

export interface PlatformOptions {
  readonly stack: StackModel
  readonly databaseEndpoint: string
  readonly secret: SecretStore
  readonly log: (source: string, line: string) => void
  readonly limits?: Partial<WebSocketLimits> | undefined
  readonly intercept?: Intercept | undefined
}

/** What AWS is to the stack: API Gateway in front of the functions, and the services behind them. */
export interface Platform {
  readonly gateway: WebSocketGateway
  readonly httpApi: HttpApi
  readonly invoke: Functions['invoke']
  readonly awsEndpoint: string
  /** Credentials that are allowed everything, for the commands. */
  readonly operator: Credentials
  /** Plays another version of the functions and their permissions; routes stay as they were. */
  reload(stack: StackModel): Promise<void>
  close(): Promise<void>
}

export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { stack, log, limits, intercept } = options
  const identities = new Map(
    [...stack.functions.values()].map(({ id, statements }) => [
      id,
      createIdentity(shortName(id), statements),
    ]),
  )
  const operator = createIdentity('operator', [{ effect: 'Allow', actions: ['*'], resources: ['*'] }])

  // API Gateway needs the functions, they need the address of AWS, and AWS needs API Gateway's connections.
  const invoke: Functions['invoke'] = (functionId, event) => functions.invoke(functionId, event)
  const front = { invoke, domainName: 'localhost', warn: (line: string) => log('gateway', line) }
  const gateway = createWebSocketGateway({ ...front, api: stack.webSocketApi, ...(limits && { limits }) })
  const aws = await startAwsServer({
    identities: [...identities.values(), operator],
    api: stack.webSocketApi,
    connections: gateway.connections,
    secret: options.secret,
    databaseEndpoint: options.databaseEndpoint,
    warn: (line) => log('aws', line),
    ...(intercept && { intercept }),
  })
  const functions = createFunctions({
    functions: stack.functions,
    identities,
    awsEndpoint: aws.endpoint,
    log,
  })

  const close = async () => {
    // In this order, so that what $disconnect tidies up still finds its function and its tables.
    await gateway.close()
    await functions.close()
    await aws.close()
  }
  try {
    await functions.warm()
  } catch (error) {
    await close()
    throw error
  }
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
