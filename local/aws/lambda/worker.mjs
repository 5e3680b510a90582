// One Lambda container: loads the bundle, then runs one invocation after another. It is plain JavaScript, so that the
// thread starts without a loader; its `process.env` holds the function's own variables only.
import { subscribe } from 'node:diagnostics_channel'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { lineOf, patchConsole } from './console.mjs'

const { codeDir, handler: handlerName, functionName, memoryMegabytes, clockOffsetMs = 0 } = workerData

// Fault injection. A clock offset applies to the bundle, not to the deadline of the invocation.
const now = Date.now
if (clockOffsetMs !== 0) {
  globalThis.Date = class extends Date {
    constructor(...args) {
      super(...(args.length === 0 ? [now() + clockOffsetMs] : args))
    }
    static now = () => now() + clockOffsetMs
  }
}
let callsLeft = 0
let counting = false
// Runs when a request has been sent: it may take effect, but its response will not be read.
const onCall = () => {
  callsLeft -= 1
  if (callsLeft === 0) process.exit()
}

let currentRequestId
const isJson = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON'
const write = (line) => process.stdout.write(`${line}\n`)
if (isJson) patchConsole(process.env.AWS_LAMBDA_LOG_LEVEL ?? 'TRACE', () => currentRequestId, write)

const [file, name] = handlerName.split('.')
const bundle = ['.js', '.mjs', '.cjs'].map((ext) => path.join(codeDir, file + ext)).find(existsSync)
if (!bundle) throw new Error(`${handlerName}: the bundle has no ${file}.js, .mjs or .cjs`)
const exported = await import(pathToFileURL(bundle).href)
const handler = exported[name] ?? exported.default?.[name]
if (typeof handler !== 'function') throw new Error(`${handlerName} is not an exported function of the bundle`)

parentPort.on('message', async ({ requestId, event, deadline, diesAtCall }) => {
  const context = {
    functionName,
    awsRequestId: requestId,
    memoryLimitInMB: String(memoryMegabytes),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - now()),
  }
  currentRequestId = requestId
  callsLeft = diesAtCall ?? 0
  if (diesAtCall !== undefined && !counting) {
    counting = true
    subscribe('http.client.request.start', onCall)
  }
  try {
    // Lambda passes JSON both ways: what JSON drops here, it would drop on AWS too.
    const result = await handler(JSON.parse(event), context)
    parentPort.postMessage({ result: JSON.stringify(result) ?? 'null' })
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? String(error)) : String(error)
    const thrown = error instanceof Error ? error : new Error(String(error))
    parentPort.postMessage({ failure: text, entry: isJson ? lineOf('ERROR', requestId, [thrown]) : text })
  }
})
parentPort.postMessage({ ready: true })
