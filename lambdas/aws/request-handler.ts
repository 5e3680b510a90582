import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { SDK_MAX_SOCKETS } from '../platform-limits.ts'

/** The fields used here of the request that the SDK passes to a `requestHandler`. */
export interface HttpRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface HttpResponse {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: Uint8Array
}

export interface TimeLimits {
  /** Until the connection is open, including the wait for a free socket. */
  readonly connectMs: number
  /** Until the last byte of the answer. */
  readonly answerMs: number
}

/**
 * A `requestHandler` for the SDK's clients. It sends a request over a connection that stays open, and resolves with the
 * whole answer. The SDK's own handler spends CPU on options that are not used here.
 */
export function createRequestHandler(limits: TimeLimits) {
  const options = { keepAlive: true, maxSockets: SDK_MAX_SOCKETS }
  const plain = new http.Agent(options)
  const secure = new https.Agent(options)

  return {
    async handle(request: HttpRequest): Promise<{ readonly response: HttpResponse }> {
      const isSecure = request.protocol === 'https:'
      const agent = isSecure ? secure : plain
      const attempt = () => exchange((isSecure ? https : http).request, agent, request, limits)
      try {
        return { response: await attempt() }
      } catch (error) {
        if (!staleConnections.has(error as object)) throw error
        // AWS has closed the other idle connections at the same time.
        for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy()
        return { response: await attempt() }
      }
    },
    destroy() {
      plain.destroy()
      secure.destroy()
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    metadata: { handlerProtocol: 'http/1.1' },
  }
}

/**
 * Errors of requests over a connection that AWS had already closed. AWS closes idle connections, even while Lambda has
 * frozen the container. The next request over such a connection fails before AWS processes it.
 */
const staleConnections = new WeakSet<object>()

function exchange(
  open: typeof http.request,
  agent: http.Agent,
  { method, hostname, port, path, headers, body }: HttpRequest,
  { connectMs, answerMs }: TimeLimits,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    let isAnswered = false
    let timer = setTimeout(() => {
      if (request.socket === null || request.socket.connecting) fail(timeoutError('connection', connectMs))
      else timer = setTimeout(() => fail(timeoutError('answer', answerMs)), answerMs - connectMs)
    }, connectMs)
    const fail = (error: Error) => {
      clearTimeout(timer)
      reject(error)
      request.destroy()
    }
    const request = open({ agent, method, host: hostname, port, path, headers }, (answer) => {
      isAnswered = true
      const parts: Uint8Array[] = []
      answer.on('data', (part: Uint8Array) => parts.push(part))
      answer.on('error', fail)
      answer.on('end', () => {
        clearTimeout(timer)
        const body = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
        resolve({ statusCode: answer.statusCode ?? 0, headers: headersOf(answer), body })
      })
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isClosed = error.code === 'ECONNRESET' || error.code === 'EPIPE'
      if (isClosed && request.reusedSocket && !isAnswered) staleConnections.add(error)
      fail(error)
    })
    request.end(body)
  })
}

/** The SDK retries errors of this name. */
const timeoutError = (what: string, ms: number) =>
  Object.assign(new Error(`AWS gave no ${what} within ${ms} ms`), { name: 'TimeoutError', code: 'ETIMEDOUT' })

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const name in headers) flat[name] = String(headers[name])
  return flat
}
