import { restRoutes } from '../../protocol/endpoints.ts'
import type { Frame } from '../model/receive.ts'
import type { Gateway } from './gateway.ts'
import type { Scheduler } from './scheduler.ts'

const LATENCY_MS = 20

const routes = restRoutes.map((routeKey) => {
  const [method = '', path = ''] = routeKey.split(' ')
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return { routeKey, method, names, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '([^/]+)')}$`) }
})

interface Call {
  readonly method: string
  readonly path: string
  readonly body: Frame
  readonly query: Readonly<Record<string, string>>
}

/**
 * `fetch` of a device. A call or its answer can be lost; if an invocation fails, the call gets the answer that API
 * Gateway would give.
 *
 * @param observe called with each call, and with its answer
 */
export function simulatedFetch(
  scheduler: Scheduler,
  gateway: Gateway,
  observe: { called(call: Call): void; answered(call: Call, status: number, body: Frame): void },
): typeof fetch {
  const travel = () =>
    new Promise<void>((resolve) => {
      scheduler.after(scheduler.random.below(LATENCY_MS), 'HTTP', resolve)
    })
  async function answer(url: URL, init: RequestInit): Promise<Response> {
    const method = init.method ?? 'GET'
    const query = Object.fromEntries(url.searchParams)
    const call = { method, path: url.pathname, body: JSON.parse(String(init.body ?? '{}')) as Frame, query }
    observe.called(call)
    await travel()
    const response = await gateway.rest({
      ...routeOf(method, url.pathname),
      headers: Object.fromEntries(
        [...new Headers(init.headers)].map(([name, value]) => [name.toLowerCase(), value]),
      ),
      queryStringParameters: query,
      ...(init.body === undefined ? {} : { body: String(init.body) }),
      isBase64Encoded: false,
    })
    await travel()
    if (!response && scheduler.random.chance(0.5)) throw new TypeError('fetch failed')
    const { statusCode: status, body } = response ?? {
      statusCode: 503,
      body: '{"message":"Service Unavailable"}',
    }
    observe.answered(call, status, JSON.parse(body) as Frame)
    // Node's own Response reads its body in several turns of the event loop, which would make runs differ.
    const text = async () => body
    const json = async () => JSON.parse(body) as unknown
    return { ok: status < 300, status, headers: new Headers(response?.headers), text, json } as Response
  }
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
      answer(new URL(String(input)), init).then(resolve, reject)
    })
}

function routeOf(method: string, path: string) {
  for (const { routeKey, method: expected, pattern, names } of routes) {
    const values = method === expected ? pattern.exec(path) : null
    if (!values) continue
    const pathParameters = Object.fromEntries(
      names.map((name, index) => [name, decodeURIComponent(values[index + 1] ?? '')]),
    )
    return { routeKey, pathParameters }
  }
  return { routeKey: '$default', rawPath: path }
}
