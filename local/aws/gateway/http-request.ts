import type { IncomingMessage } from 'node:http'
import { splitTarget } from './client-request.ts'

/** A request's path as routes and events see it. */
export interface HttpPath {
  /** [H4, H5] Decoded, with the stage in front unless that is `$default`. */
  readonly rawPath: string
  /** [H13] What routes are matched against: `rawPath` without the stage. */
  readonly routedPath: string
  /** [H3] As it was sent, percent-encoded. */
  readonly rawQueryString: string
}

/** Reads the request target; `malformed` is one that cannot be decoded, `no_stage` one beside the stage. */
export function readPath(target: string, stage: string): HttpPath | 'malformed' | 'no_stage' {
  const { path, query } = splitTarget(target)
  const rawPath = decodePath(path)
  if (rawPath === undefined) return 'malformed'
  if (stage === '$default') return { rawPath, routedPath: rawPath, rawQueryString: query }
  const prefix = `/${stage}`
  if (rawPath !== prefix && !rawPath.startsWith(`${prefix}/`)) return 'no_stage'
  return { rawPath, routedPath: rawPath.slice(prefix.length) || '/', rawQueryString: query }
}

/** [H4] Decoded before it is matched; a decoded `?` even cuts the path short. */
function decodePath(path: string): string | undefined {
  try {
    return splitTarget(decodeURIComponent(path)).path
  } catch {
    return undefined
  }
}

/** Bytes of request line and headers, as they were sent [H12]. */
export function headLength(request: IncomingMessage): number {
  const line = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`
  // Each name comes with `: `, each value with a line end.
  return request.rawHeaders.reduce((bytes, text) => bytes + Buffer.byteLength(text) + 2, line.length + 2)
}

/**
 * Reads a body of at most `limit` bytes. A longer one is given up as soon as that is known, by its header
 * or by its bytes; what is left of it is discarded while it arrives.
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
