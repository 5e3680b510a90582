import { Function as EdgeFunction, FunctionCode, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront'
import type { Construct } from 'constructs'
import { siteHeaders } from '../../lambdas/site.ts'

/** First segments of paths that never answer with the page. */
const RESERVED = ['api', 'ws', 'local', 'socket.io', 'assets']

/** Answers every path that names no file with the page, so that a conversation has an address of its own. */
const pageCode = `function handler(event) {
  var request = event.request
  var segments = request.uri.split('/')
  var isReserved = ${JSON.stringify(RESERVED)}.includes(segments[1])
  if (!isReserved && !segments[segments.length - 1].includes('.')) request.uri = '/index.html'
  return request
}
`

/**
 * A WebSocket API accepts handshakes only at the path of its stage. It sees only the host and the address of the
 * distribution, so headers pass on those of the client.
 */
const socketCode = (stage: string) => `function handler(event) {
  var request = event.request
  request.uri = '/${stage}'
  request.headers['${siteHeaders.host}'] = { value: request.headers.host.value }
  request.headers['${siteHeaders.address}'] = { value: event.viewer.ip }
  return request
}
`

/** The function for requests that are not for an API. */
export const pageFunction = (scope: Construct): EdgeFunction =>
  viewerFunction(scope, 'Page', 'Serves the chat page for every path that names no file', pageCode)

/** The function for handshakes. */
export const socketFunction = (scope: Construct, stage: string): EdgeFunction =>
  viewerFunction(scope, 'Socket', 'Forwards handshakes to the stage of the WebSocket API', socketCode(stage))

function viewerFunction(scope: Construct, id: string, comment: string, code: string): EdgeFunction {
  return new EdgeFunction(scope, id, {
    comment,
    code: FunctionCode.fromInline(code),
    runtime: FunctionRuntime.JS_2_0,
  })
}
