import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { SiteModel } from '../../stack/site-model.ts'
import { splitTarget } from '../gateway/client-request.ts'
import { UNKNOWN_STAGE_STATUS, UPGRADE_REQUIRED_STATUS } from '../gateway/gateway-constants.ts'
import { refuseUpgrade } from '../gateway/handshake.ts'
import type { HttpApi } from '../gateway/http-api.ts'
import type { WebSocketGateway } from '../gateway/websocket.ts'
import type { Bucket } from '../s3/bucket.ts'
import { behaviorRouter } from './behaviors.ts'
import { createCompressor } from './compress.ts'
import { sendObject } from './objects.ts'
import { addHeaders } from './response-headers.ts'
import { viewerFunction } from './viewer-function.ts'

export interface DistributionOptions {
  readonly site: SiteModel
  readonly bucket: Bucket
  readonly httpApi: HttpApi
  readonly gateway: Pick<WebSocketGateway, 'handleUpgrade'>
  /** Stage of the WebSocket API; its name is the only path of that API. */
  readonly stage: string
  /** Called with the path of a handshake that no WebSocket API receives. @default - silent */
  readonly onUnknownSocket?: (path: string) => void
}

/** Emulates the CloudFront distribution in front of the APIs and the files. It speaks plain HTTP and caches nothing. */
export interface Distribution {
  readonly handleRequest: (request: IncomingMessage, response: ServerResponse) => void
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/** The status that CloudFront answers with if the behavior does not allow the method. */
const METHOD_REFUSED_STATUS = 403

export function createDistribution(options: DistributionOptions): Distribution {
  const { site, bucket, httpApi, gateway, stage, onUnknownSocket = () => {} } = options
  const compress = createCompressor()
  const behaviorOf = behaviorRouter(
    site.behaviors.map((behavior) => ({
      ...behavior,
      run: behavior.viewerRequest === undefined ? undefined : viewerFunction(behavior.viewerRequest),
    })),
  )
  /** Selects the behavior and applies its function and its headers. Returns the path for the origin. */
  const route = (request: IncomingMessage) => {
    const { path } = splitTarget(request.url ?? '/')
    const { run, ...behavior } = behaviorOf(path)
    const changed = run?.(request)
    for (const [name, { value }] of Object.entries(changed?.headers ?? {})) setHeader(request, name, value)
    for (const [name, value] of behavior.originHeaders) setHeader(request, name, value)
    return { behavior, path, originPath: changed?.uri ?? path }
  }

  return {
    handleRequest: (request, response) => {
      const { behavior, originPath } = route(request)
      addHeaders(response, behavior.responseHeaders)
      if (!behavior.methods.includes(request.method ?? '')) return refuseMethod(response)
      if (behavior.origin === 'http-api') return void httpApi(request, response)
      if (behavior.origin === 'websocket-api') {
        return void response.writeHead(UPGRADE_REQUIRED_STATUS, { upgrade: 'websocket' }).end()
      }
      const stored = bucket(originPath.slice(1))
      sendObject(request, response, stored, behavior.compresses ? compress : undefined)
    },
    handleUpgrade: (request, socket, head) => {
      const { behavior, path, originPath } = route(request)
      if (behavior.origin === 'websocket-api' && originPath === `/${stage}`) {
        return gateway.handleUpgrade(request, socket, head)
      }
      onUnknownSocket(path)
      refuseUpgrade(socket, UNKNOWN_STAGE_STATUS)
    },
  }
}

function refuseMethod(response: ServerResponse): void {
  response.writeHead(METHOD_REFUSED_STATUS, { 'content-type': 'text/html' })
  response.end('This distribution is not configured to allow the HTTP request method.')
}

/** Replaces a header in both of Node's lists. */
function setHeader(request: IncomingMessage, name: string, value: string): void {
  if (request.headers[name] === value) return
  request.headers[name] = value
  const { rawHeaders } = request
  for (let index = rawHeaders.length - 2; index >= 0; index -= 2) {
    if (rawHeaders[index]?.toLowerCase() === name) rawHeaders.splice(index, 2)
  }
  rawHeaders.push(name, value)
}
