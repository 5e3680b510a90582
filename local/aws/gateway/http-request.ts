import type { IncomingMessage } from 'node:http'
import { splitTarget } from './client-request.ts'

/** The path and query of a request, in the forms that routes and events use. */
export interface HttpPath {
  /** Decoded; starts with the stage unless the stage is `$default`. */
  readonly rawPath: string
  /** `rawPath` without the stage; routes are matched against it. */
  readonly routedPath: string
  /** Percent-encoded, as sent. */
  readonly rawQueryString: string
}

/** Parses a request target. Returns `malformed` if it cannot be decoded and `no_stage` if it is outside the stage. */
export function readPath(target: string, stage: string): HttpPath | 'malformed' | 'no_stage' {
  const { path, query } = splitTarget(target)
  const rawPath = decodePath(path)
  if (rawPath === undefined) return 'malformed'
  if (stage === '$default') return { rawPath, routedPath: rawPath, rawQueryString: query }
  const prefix = `/${stage}`
  if (rawPath !== prefix && !rawPath.startsWith(`${prefix}/`)) return 'no_stage'
  return { rawPath, routedPath: rawPath.slice(prefix.length) || '/', rawQueryString: query }
}

/** API Gateway decodes the path before matching it; a decoded `?` even truncates the path. */
function decodePath(path: string): string | undefined {
  try {
    return splitTarget(decodeURIComponent(path)).path
  } catch {
    return undefined
  }
}

/** Size in bytes of the request line and headers as sent. */
export function headLength(request: IncomingMessage): number {
  const line = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`
  // Each name is followed by `: `, each value by a line break.
  return request.rawHeaders.reduce((bytes, text) => bytes + Buffer.byteLength(text) + 2, line.length + 2)
}
