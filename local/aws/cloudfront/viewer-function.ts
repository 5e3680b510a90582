import type { IncomingMessage } from 'node:http'
import vm from 'node:vm'
import { z } from 'zod'
import { sourceIp, splitTarget } from '../gateway/client-request.ts'

/** The parts of a request that a function may change. */
const changedRequest = z.object({
  uri: z.string().startsWith('/'),
  headers: z.record(z.string(), z.object({ value: z.string() })),
})
export type ViewerRequest = z.infer<typeof changedRequest>

/** Returns the request as the function has changed it. */
export type ViewerFunction = (request: IncomingMessage) => ViewerRequest

/**
 * Compiles the code of a CloudFront function that is run for each request. As on AWS, the code can use only the
 * language itself: no modules, no network, no files and no variables of an earlier run.
 */
export function viewerFunction(code: string): ViewerFunction {
  const context = vm.createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } })
  // Only texts pass between the function and this process.
  const call: unknown = vm.runInContext(
    `'use strict'\n${code}\n;(event) => JSON.stringify(handler(JSON.parse(event)))`,
    context,
  )
  if (typeof call !== 'function') throw new Error('the code has no handler')
  return (request) => changedRequest.parse(JSON.parse(String(call(JSON.stringify(eventOf(request))))))
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
function eventOf(request: IncomingMessage) {
  const { path } = splitTarget(request.url ?? '/')
  return {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    viewer: { ip: sourceIp(request) },
    request: { method: request.method, uri: path, querystring: {}, headers: headersOf(request), cookies: {} },
  }
}

const headersOf = ({ headers }: IncomingMessage) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value: String(value) }]))
