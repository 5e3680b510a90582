// One Lambda container: loads the bundle, then runs one invocation after another. Plain JavaScript, so that
// the thread starts without a loader; its `process.env` holds the function's own variables and no others.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'

const { codeDir, handler: handlerName, functionName, memoryMegabytes } = workerData
const [file, name] = handlerName.split('.')
const bundle = ['.js', '.mjs', '.cjs'].map((ext) => path.join(codeDir, file + ext)).find(existsSync)
if (!bundle) throw new Error(`${handlerName}: the bundle has no ${file}.js, .mjs or .cjs`)
const exported = await import(pathToFileURL(bundle).href)
const handler = exported[name] ?? exported.default?.[name]
if (typeof handler !== 'function') throw new Error(`${handlerName} is no exported function of the bundle`)

parentPort.on('message', async ({ requestId, event, deadline }) => {
  const context = {
    functionName,
    awsRequestId: requestId,
    memoryLimitInMB: String(memoryMegabytes),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
  try {
    // Lambda's contract is JSON both ways; what JSON loses here, it would lose on AWS.
    const result = await handler(JSON.parse(event), context)
    parentPort.postMessage({ result: JSON.stringify(result) ?? 'null' })
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? String(error)) : String(error)
    parentPort.postMessage({ failure: text })
  }
})
parentPort.postMessage({ ready: true })
