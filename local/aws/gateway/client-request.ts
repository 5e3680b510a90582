import type { IncomingMessage } from 'node:http'

/** A header as it was sent: the first spelling of its name, and every value in order. */
export interface RawHeader {
  readonly name: string
  readonly values: readonly string[]
}

/** Collects the headers by lower-cased name; `request.headers` would lose spelling and repetitions. */
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

/** The peer's address; Node writes an IPv4 peer of a dual-stack socket as `::ffff:127.0.0.1`. */
export function sourceIp(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
}

/** What a request says of the hops before: the peer is appended to an existing list. */
export function forwardedFor(headers: ReadonlyMap<string, RawHeader>, request: IncomingMessage): string {
  return [...(headers.get('x-forwarded-for')?.values ?? []), sourceIp(request)].join(', ')
}

/** Splits the request target; the query comes without its `?` and is `""` when there is none. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?')
  return mark < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) }
}
