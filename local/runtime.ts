import path from 'node:path'
import { queueDismissal } from '../lambdas/chat/connections/dismiss-user.ts'
import { isSiteBuilt, siteFolder } from '../lib/site-folder.ts'
import { SOCKET_PATH } from '../protocol/socket-route.ts'
import { databaseFile, startDatabase } from './aws/dynamodb/engine.ts'
import { localUrl } from './aws/lambda/environment.ts'
import { createSecretStore } from './aws/secrets/secrets.ts'
import { build } from './build.ts'
import { lockDataDir, readOrCreateSecret } from './data-dir.ts'
import { removeOwnFiles } from './data-files.ts'
import { fillDatabase, listUsers } from './database.ts'
import { createFaults } from './faults/faults.ts'
import { createFunctionLog } from './function-log.ts'
import { choosePort, openListener } from './listener.ts'
import { createLocalUsers } from './local-users.ts'
import { logToStandardError } from './log.ts'
import { startPlatform } from './platform.ts'
import { removeRuntimeFile, writeRuntimeFile } from './runtime-file.ts'
import type { Runtime, RuntimeOptions } from './runtime-types.ts'
import { allowLoopbackOrigins } from './stack/loopback-origins.ts'
import { rebundle } from './stack/rebundle.ts'
import { synthesize } from './stack/synthesize.ts'
import { chatTables, output, tokenClaims } from './targets.ts'
import { signToken } from './tokens.ts'

export type { Reload, Runtime, RuntimeOptions } from './runtime-types.ts'

/** The front ends of the Flask-SocketIO chat that this one replaces. */
const SITES = ['http://localhost:3000', 'https://mathiascoutant.github.io']

/** Starts everything. The public port opens last, so that a client that gets a response can use the whole chat. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  /** Undoes the steps taken so far, in the order in which they were taken. */
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
  const { dataDir, allowedOrigins, trace, log = logToStandardError, progress = () => undefined } = options
  const timed = async <T>(step: string, work: Promise<T>): Promise<T> => {
    const startedAt = performance.now()
    const result = await work
    progress(step, performance.now() - startedAt)
    return result
  }

  const faults = createFaults(options.faults ?? {})
  undo.push(lockDataDir(dataDir))
  const jwtSecret = options.jwtSecret ?? readOrCreateSecret(dataDir)
  const port = await choosePort(options.port ?? 0)
  const starting = timed('database engine', startDatabase(dataDir, options.databaseEndpoint))
  // The engine starts during the synthesis, and is stopped even if the synthesis fails. If the engine itself fails to
  // start, `await starting` below throws the error.
  undo.push(() => starting.then((engine) => engine.stop()).catch(() => undefined))

  const buildSite = async () => (isSiteBuilt() ? undefined : await build('site'))
  const building = timed('site', buildSite())
  // Waits for the build, so that nothing is written after a stop. If the build fails, `await building` below throws the
  // error.
  undo.push(() => building.catch(() => undefined))

  const outdir = path.join(dataDir, 'cdk.out')
  // Otherwise, the bundles of earlier starts would accumulate.
  removeOwnFiles(dataDir, 'cdk.out')
  const { settings } = options
  const synthesized = await timed(
    'stack',
    synthesize({ outdir, allowedOrigins: allowedOrigins ?? SITES, settings }),
  )
  const stack = allowedOrigins ? synthesized : allowLoopbackOrigins(synthesized)
  const { endpoint: databaseEndpoint, exposure: databaseExposure, died } = await starting

  const tables = chatTables(stack.outputs)
  const filling = timed(
    'tables and users',
    fillDatabase({ ...options, databaseEndpoint, file: databaseFile(dataDir), stack, tables }),
  )
  // `await filling` below throws its error, but the promise may reject before anything waits for it.
  filling.catch(() => undefined)
  const secret = createSecretStore(stack.secretArn, jwtSecret)
  const queuesFile = path.join(dataDir, 'queues.jsonl')
  const platform = await timed(
    'functions',
    startPlatform({
      ...options,
      stack,
      databaseEndpoint,
      secret,
      queuesFile,
      siteDir: siteFolder,
      tablesReady: filling,
      log,
      functionLog: createFunctionLog(dataDir, log),
      faults,
    }),
  )
  undo.push(() => platform.close())
  const { users, removedIds, demotedIds } = await filling
  const { gateway, distribution, invoke, metrics, awsEndpoint, operator } = platform
  // Queues the same task as `npm run users`. If the runtime ends before this, the task is queued when a list with one
  // of these users is imported next.
  for (const id of demotedIds) await queueDismissal(platform, id, Date.now())

  await building
  const token = (userId: string, hours: number) =>
    signToken(jwtSecret, userId, hours, tokenClaims(stack.outputs))
  const localUsers = createLocalUsers({
    listUsers: () => listUsers(databaseEndpoint, tables.users),
    token,
    warn: (problem) => log('users', problem),
  })
  const { stage } = stack.webSocketApi
  undo.push(await openListener({ port, stage, distribution, gateway, localUsers, log, trace }))
  const outputs = {
    ...stack.outputs,
    CallbackUrl: localUrl(output(stack.outputs, 'CallbackUrl'), awsEndpoint),
    SiteUrl: `http://localhost:${port}`,
    TasksQueueUrl: localUrl(output(stack.outputs, 'TasksQueueUrl'), awsEndpoint),
    DeadLettersUrl: localUrl(output(stack.outputs, 'DeadLettersUrl'), awsEndpoint),
  }
  writeRuntimeFile(dataDir, {
    port,
    awsEndpoint,
    credentials: operator,
    databaseEndpoint,
    faults: options.faults && faults.summary,
    outputs,
  })
  undo.push(() => removeRuntimeFile(dataDir))

  let functions = stack.functions
  return {
    port,
    url: `http://localhost:${port}`,
    socketUrl: `ws://localhost:${port}${SOCKET_PATH}`,
    jwtSecret,
    token,
    secret,
    tables,
    users,
    removedIds,
    databaseEndpoint,
    databaseExposure,
    awsEndpoint,
    operator,
    stack,
    faults: options.faults && faults,
    gateway,
    invoke,
    metrics,
    async reload() {
      const startedAt = performance.now()
      const changed = await rebundle(functions, outdir)
      const bundledAt = performance.now()
      await platform.reload(changed)
      functions = new Map([...functions, ...changed])
      const loadMs = performance.now() - bundledAt
      return { changed: changed.size, bundleMs: bundledAt - startedAt, loadMs }
    },
    rebuildSite: buildSite,
    failed: died.then(async (reason) => {
      await stop()
      return `${reason}. Start again: nothing is lost.`
    }),
    stop,
  }
}
