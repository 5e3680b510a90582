import type { IncomingMessage } from 'node:http'
import { newTraceId } from './ids.ts'

/** A header as sent: its name in the first spelling used, and all values in order. */
export interface RawHeader {
  readonly name: string
  readonly values: readonly string[]
}

/**
 * Collects the headers by lower-cased name. `request.headers` would lose the spelling and the repetitions of headers.
 */
export function rawHeaders(request: IncomingMessage): Map<string, RawHeader> {
  const headers = new Map<string, RawHeader>()
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? ''
    const value = request.rawHeaders[index + 1] ?? ''
    const known = headers.get(name.toLowerCase())
    headers.set(name.toLowerCase(), { name: known?.name ?? name, values: [...(known?.values ?? []), value] })
  }
  return headers
}

/** The peer's address. Node reports an IPv4 peer of a dual-stack socket as `::ffff:127.0.0.1`. */
export function sourceIp(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
}

/**
 * The headers that the gateway adds or replaces. The peer's address is appended to the X-Forwarded-For header that was
 * sent.
 */
export function addedHeaders(
  sent: ReadonlyMap<string, RawHeader>,
  request: IncomingMessage,
  now: number,
): readonly (readonly [string, string])[] {
  return [
    ['X-Amzn-Trace-Id', newTraceId(now)],
    ['X-Forwarded-For', [...(sent.get('x-forwarded-for')?.values ?? []), sourceIp(request)].join(', ')],
    ['X-Forwarded-Port', String(request.socket.localPort ?? '')],
    ['X-Forwarded-Proto', 'http'],
  ]
}

/** Splits a request target. The query excludes the `?` and is `""` if there is none. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const [path = '', ...query] = target.split('?')
  return { path, query: query.join('?') }
}
