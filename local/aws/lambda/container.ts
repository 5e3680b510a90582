import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import type { FunctionModel } from '../../stack/functions.ts'
import { lineOf } from './console.mjs'
import { type Deferred, deferred } from './deferred.ts'
import { FunctionError } from './invoke.ts'

/** Everything needed to start a container. `environment` becomes its complete `process.env`. */
export interface ContainerDefinition extends Omit<FunctionModel, 'id' | 'arn' | 'statements' | 'logLevel'> {
  readonly faults?: WorkerFaults | undefined
}

/** Faults of containers that a developer can switch on. */
export interface WorkerFaults {
  /** Called at each invocation. Returns after how many remote calls the container exits; `undefined` for never. */
  diesAtCall(): number | undefined
  /** Called once per container. Returns how far its clock is ahead. */
  clockOffsetMs(): number
}

/** A worker thread that emulates one Lambda container: it runs one invocation at a time and may exit at any time. */
export interface Container {
  /** Rejects with a `FunctionError` when the handler throws, times out or ends the thread. */
  run(event: unknown): Promise<unknown>
  /** Resolves once the bundle is loaded; rejects with a `FunctionError` when that fails. */
  readonly ready: Promise<void>
  readonly dead: boolean
  terminate(): Promise<void>
}

/** Receives the output and the errors of a function, line by line. */
export type Log = (functionName: string, line: string) => void

/** `entry` is the log entry about a failure. */
type Message = { ready: true } | { result: string } | { failure: string; entry: string }

/** Lambda's limit for loading a function before its first invocation. */
const INIT_TIMEOUT_MS = 10_000

/**
 * The part of a container's memory that is for new objects. Node's own limit is 48 MB. Under load, seven containers
 * reach that limit without being faster.
 */
const YOUNG_GENERATION_MB = 8

export function startContainer(definition: ContainerDefinition, log: Log): Container {
  const { name, codeDir, handler, timeoutMs, memoryMegabytes, faults } = definition
  const clockOffsetMs = faults?.clockOffsetMs() ?? 0
  const isJson = definition.environment['AWS_LAMBDA_LOG_FORMAT'] === 'JSON'
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: { codeDir, handler, functionName: name, memoryMegabytes, clockOffsetMs },
    env: { ...definition.environment },
    // Without the module loaders of this process, which do not exist in Lambda.
    execArgv: [],
    resourceLimits: {
      maxOldGenerationSizeMb: memoryMegabytes,
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
    },
    stdout: true,
    stderr: true,
  })
  for (const input of [worker.stdout, worker.stderr]) {
    createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => log(name, line))
  }

  const initialized = deferred<void>()
  let current: Deferred<unknown> | undefined
  let requestId: string | undefined
  let dead = false
  let exitReason: string | undefined

  const stop = (reason: string) => {
    exitReason ??= reason
    return worker.terminate()
  }
  let timer = setTimeout(() => void stop('did not load within 10 s'), INIT_TIMEOUT_MS)

  worker.on('message', (message: Message) => {
    clearTimeout(timer)
    if ('ready' in message) return initialized.resolve()
    const invocation = current
    current = undefined
    if ('result' in message) {
      invocation?.resolve(JSON.parse(message.result))
    } else {
      log(name, message.entry)
      invocation?.reject(new FunctionError(`${name}: ${firstLine(message.failure)}`))
    }
  })
  worker.on('error', (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    exitReason ??= firstLine(text)
    log(name, isJson ? lineOf('ERROR', requestId, [error]) : text)
  })
  worker.on('exit', () => {
    dead = true
    if (current && exitReason === undefined && isJson) log(name, platformReport(requestId, 'error', 0))
    clearTimeout(timer)
    const error = new FunctionError(`${name}: ${exitReason ?? 'the function exited'}`)
    initialized.reject(error)
    current?.reject(error)
  })

  return {
    ready: initialized.promise,
    get dead() {
      return dead
    },
    async run(event) {
      const invocation = deferred<unknown>()
      current = invocation
      await initialized.promise
      timer = setTimeout(() => {
        const reason = `timed out after ${timeoutMs / 1000} s`
        log(name, isJson ? platformReport(requestId, 'timeout', timeoutMs) : reason)
        void stop(reason)
      }, timeoutMs)
      const deadline = Date.now() + timeoutMs
      const diesAtCall = faults?.diesAtCall()
      requestId = randomUUID()
      worker.postMessage({ requestId, event: JSON.stringify(event), deadline, diesAtCall })
      return invocation.promise
    },
    async terminate() {
      await stop('was stopped')
    },
  }
}

/** What Lambda itself logs about an invocation that it has ended. */
const platformReport = (requestId: string | undefined, status: 'timeout' | 'error', durationMs: number) =>
  JSON.stringify({
    time: new Date().toISOString(),
    type: 'platform.report',
    record: { requestId, status, metrics: { durationMs } },
  })

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text
}
