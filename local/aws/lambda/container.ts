import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import { FunctionError } from '../gateway/model.ts'
import { type Deferred, deferred } from './deferred.ts'

/** What a container is started from; `environment` is everything that its `process.env` will hold. */
export interface ContainerDefinition {
  readonly name: string
  readonly codeDir: string
  /** `file.export`. */
  readonly handler: string
  readonly timeoutMs: number
  readonly memoryMegabytes: number
  readonly environment: Readonly<Record<string, string>>
  readonly faults?: WorkerFaults | undefined
}

/** What befalls containers when a developer asks for it. */
export interface WorkerFaults {
  /** Asked at each invocation: the container dies when so many remote calls have left. Nothing: it lives. */
  diesAtCall(): number | undefined
  /** Asked once for each container: how much its clock is ahead. */
  clockOffsetMs(): number
}

/** A worker thread that stands for one Lambda container: it runs one invocation at a time, and can die. */
export interface Container {
  /** Rejects with a `FunctionError` when the handler throws, runs out of time or takes the thread with it. */
  run(event: unknown): Promise<unknown>
  /** Resolves once the bundle is loaded; rejects with a `FunctionError` when that fails. */
  readonly ready: Promise<void>
  readonly dead: boolean
  terminate(): Promise<void>
}

/** Receives one line at a time: what a function wrote, and what went wrong with it. */
export type Log = (functionName: string, line: string) => void

type Message = { ready: true } | { result: string } | { failure: string }

/** What Lambda grants a function to load before its first invocation. */
const INIT_MILLIS = 10_000

export function startContainer(definition: ContainerDefinition, log: Log): Container {
  const { name, timeoutMs, memoryMegabytes } = definition
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: {
      codeDir: definition.codeDir,
      handler: definition.handler,
      functionName: name,
      memoryMegabytes,
      clockOffsetMs: definition.faults?.clockOffsetMs() ?? 0,
    },
    env: { ...definition.environment },
    // Loaders of the process that plays Lambda are no part of Lambda.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes },
    stdout: true,
    stderr: true,
  })
  forwardLines(worker.stdout, (line) => log(name, line))
  forwardLines(worker.stderr, (line) => log(name, line))

  const initialised = deferred<void>()
  let current: Deferred<unknown> | undefined
  let dead = false
  let causeOfDeath: string | undefined

  const die = (reason: string) => {
    causeOfDeath ??= reason
    return worker.terminate()
  }
  let timer = setTimeout(() => void die('did not load within 10 s'), INIT_MILLIS)

  worker.on('message', (message: Message) => {
    if ('ready' in message) {
      clearTimeout(timer)
      initialised.resolve()
      return
    }
    clearTimeout(timer)
    const invocation = current
    current = undefined
    if ('result' in message) {
      invocation?.resolve(JSON.parse(message.result))
    } else {
      log(name, message.failure)
      invocation?.reject(new FunctionError(`${name}: ${firstLine(message.failure)}`))
    }
  })
  worker.on('error', (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    causeOfDeath ??= firstLine(text)
    log(name, text)
  })
  worker.on('exit', () => {
    dead = true
    clearTimeout(timer)
    const error = new FunctionError(`${name}: ${causeOfDeath ?? 'the function exited'}`)
    initialised.reject(error)
    current?.reject(error)
  })

  return {
    ready: initialised.promise,
    get dead() {
      return dead
    },
    async run(event) {
      const invocation = deferred<unknown>()
      current = invocation
      await initialised.promise
      timer = setTimeout(() => {
        const reason = `timed out after ${timeoutMs / 1000} s`
        log(name, reason)
        void die(reason)
      }, timeoutMs)
      const deadline = Date.now() + timeoutMs
      const diesAtCall = definition.faults?.diesAtCall()
      worker.postMessage({ requestId: randomUUID(), event: JSON.stringify(event), deadline, diesAtCall })
      return invocation.promise
    },
    async terminate() {
      await die('was stopped')
    },
  }
}

function forwardLines(stream: Readable, write: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', write)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text
}
