import { rmSync } from 'node:fs'
import path from 'node:path'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { User } from '../lambdas/model.ts'
import { userStore } from '../lambdas/stores/users.ts'
import type { Settings as StackSettings } from '../lib/settings.ts'
import { SOCKET_PATH } from '../protocol/routes.ts'
import { createEngineClient } from './aws/dynamodb/engine-client.ts'
import { startDatabase } from './aws/dynamodb/start-database.ts'
import { createTables } from './aws/dynamodb/tables.ts'
import type { WebSocketLimits } from './aws/gateway/facts.ts'
import { localUrl } from './aws/lambda/environment.ts'
import { createSecretStore, type SecretStore } from './aws/secrets/secrets.ts'
import type { Intercept } from './aws/server.ts'
import type { Clock } from './clock.ts'
import { keptSecret, takeDataDir } from './data-dir.ts'
import { createFaults, type Faults } from './faults/faults.ts'
import type { FaultOptions } from './faults/options.ts'
import { choosePort, openFront } from './listener.ts'
import { type Platform, startPlatform } from './platform.ts'
import { removeRuntimeFile, writeRuntimeFile } from './runtime-file.ts'
import { defaultOrigins } from './settings.ts'
import type { StackModel } from './stack/model.ts'
import { synthesise } from './stack/synthesize.ts'
import { type ChatTables, chatTables, output } from './targets.ts'

export interface RuntimeOptions {
  /** Where the database, the queues' messages, the made secret and the assembly are kept. */
  readonly dataDir: string
  /** @default 0 - any free port */
  readonly port?: number
  /** @default - made once and kept in the data directory */
  readonly jwtSecret?: string | undefined
  /** Imported at the start: added or updated, nobody is removed. @default - none */
  readonly users?: readonly User[]
  /** The users are for trying things out: a database that has some already keeps its own. @default false */
  readonly demo?: boolean
  /** @default - the origin's two and the local page's own */
  readonly allowedOrigins?: readonly string[] | undefined
  /** An engine that runs already. @default - the embedded one */
  readonly databaseEndpoint?: string | undefined
  /** Settings of the stack that win over those of cdk.json, for tests. @default - none */
  readonly settings?: Partial<StackSettings> | undefined
  /** Other limits of the WebSocket API, for tests. @default - API Gateway's */
  readonly limits?: Partial<WebSocketLimits>
  /** Of the queues and the schedules, for tests. @default - the system's */
  readonly clock?: Clock
  /** Milliseconds between two runs of every schedule, for tests. @default - what its rule says */
  readonly scheduleMillis?: number
  /** Makes calls to AWS fail, for tests. @default - none fails */
  readonly intercept?: Intercept
  /** What is to go wrong, and how often: docs/faults.md. @default - nothing */
  readonly faults?: FaultOptions | undefined
  /** One line of a function's log, of a denied call or of a failed invocation. @default - to standard error */
  readonly log?: (source: string, line: string) => void
  /** Told what is done and how long it took. @default - nobody is */
  readonly progress?: (step: string, millis: number) => void
}

export interface Runtime extends Pick<Platform, 'gateway' | 'invoke' | 'awsEndpoint' | 'operator'> {
  readonly port: number
  /** `http://localhost:<port>` */
  readonly url: string
  /** `ws://localhost:<port>/ws/chat` */
  readonly socketUrl: string
  readonly jwtSecret: string
  /** Can be rotated, as Secrets Manager would. */
  readonly secret: SecretStore
  readonly tables: ChatTables
  /** Who was there at the start, the imported ones included. */
  readonly users: readonly User[]
  /** The engine itself, which asks for no permission. */
  readonly databaseEndpoint: string
  readonly stack: StackModel
  /** Which faults are on, and how often each has struck. */
  readonly faults: Pick<Faults, 'summary' | 'tally' | 'strikes'> | undefined
  /** Bundles and synthesises again and swaps the functions; rejects, and the old ones go on, when that fails. */
  reload(): Promise<void>
  /** Resolves with the reason when the runtime has stopped by itself. */
  readonly failed: Promise<string>
  stop(): Promise<void>
}

/** Brings up everything; the public port opens last, so that whoever gets an answer can use it all. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  /** How to take down what stands so far, in the order in which it came up. */
  const undo: (() => unknown)[] = []
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= (async () => {
      for (const step of undo.splice(0).reverse()) await step()
    })()
    return stopping
  }
  try {
    return await start(options, undo, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  options: RuntimeOptions,
  undo: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<Runtime> {
  const {
    dataDir,
    limits,
    intercept,
    clock,
    scheduleMillis,
    log = logToStandardError,
    progress = () => undefined,
  } = options
  const timed = async <T>(step: string, work: Promise<T>): Promise<T> => {
    const from = performance.now()
    const result = await work
    progress(step, performance.now() - from)
    return result
  }

  const faults = options.faults && createFaults(options.faults)
  undo.push(takeDataDir(dataDir))
  const port = await choosePort(options.port ?? 0)
  const starting = timed('database engine', startDatabase(dataDir, options.databaseEndpoint))
  // Stopped even when the synthesis beside it fails; its own failure is told below.
  undo.push(() => starting.then((engine) => engine.stop()).catch(() => undefined))
  const synthesis = {
    outdir: path.join(dataDir, 'cdk.out'),
    allowedOrigins: options.allowedOrigins ?? defaultOrigins(port),
    settings: options.settings,
  }
  // Bundles of earlier starts would pile up beside the new ones.
  rmSync(synthesis.outdir, { recursive: true, force: true })
  const { stack, bundleMillis, synthMillis } = await synthesise(synthesis)
  progress('bundles', bundleMillis)
  progress('stack', synthMillis)
  const { endpoint: databaseEndpoint, died } = await starting

  const engine = createEngineClient(databaseEndpoint)
  undo.push(() => engine.destroy())
  const tables = chatTables(stack.outputs)
  await timed('tables', createTables(engine, stack.tables))
  const users = userStore({ db: DynamoDBDocumentClient.from(engine), tableName: tables.users })
  const importUsers = async () => {
    const keeps = options.demo === true && (await users.listUsers()).length > 0
    if (!keeps) await users.importUsers(options.users ?? [])
    return await users.listUsers()
  }
  const present = await timed('users', importUsers())

  const jwtSecret = options.jwtSecret ?? keptSecret(dataDir)
  const secret = createSecretStore(stack.secretArn, jwtSecret)
  const platform = await timed(
    'functions',
    startPlatform({
      stack,
      databaseEndpoint,
      secret,
      queuesFile: path.join(dataDir, 'queues.jsonl'),
      log,
      limits,
      intercept,
      faults,
      clock,
      scheduleMillis,
    }),
  )
  undo.push(() => platform.close())
  const { gateway, httpApi, invoke, awsEndpoint, operator } = platform

  const front = await openFront({ port, stage: stack.webSocketApi.stage, gateway, httpApi })
  undo.push(() => front.close())
  const outputs = {
    ...stack.outputs,
    CallbackUrl: localUrl(output(stack.outputs, 'CallbackUrl'), awsEndpoint),
    TasksQueueUrl: localUrl(output(stack.outputs, 'TasksQueueUrl'), awsEndpoint),
  }
  writeRuntimeFile(dataDir, { port, awsEndpoint, credentials: operator, databaseEndpoint, outputs })
  undo.push(() => removeRuntimeFile(dataDir))

  return {
    port,
    url: `http://localhost:${port}`,
    socketUrl: `ws://localhost:${port}${SOCKET_PATH}`,
    jwtSecret,
    secret,
    tables,
    users: present,
    databaseEndpoint,
    awsEndpoint,
    operator,
    stack,
    faults,
    gateway,
    invoke,
    async reload() {
      const next = await synthesise(synthesis)
      await createTables(engine, next.stack.tables)
      await platform.reload(next.stack)
    },
    failed: died.then(async (reason) => {
      await stop()
      return reason
    }),
    stop,
  }
}

function logToStandardError(source: string, line: string): void {
  console.error(`[${source}] ${line}`)
}
