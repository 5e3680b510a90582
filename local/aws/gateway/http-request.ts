import type { IncomingMessage } from 'node:http'
import { splitTarget } from './client-request.ts'

/** The path and query of a request, in the forms that routes and events use. */
export interface HttpPath {
  /** Decoded; starts with the stage unless that is `$default`. */
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

/**
 * Reads a body of at most `limit` bytes. Resolves with `too_large` as soon as its header or its bytes exceed the limit; the
 * rest is discarded.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too_large'> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return 'too_large'
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= limit) chunks.push(chunk)
      else {
        chunks.length = 0
        resolve('too_large')
      }
    })
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', reject)
  })
}
