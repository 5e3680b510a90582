import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'

/** Answers a request for a file of the site. Returns false, and answers nothing, if the request is for anything else. */
export type Site = (request: IncomingMessage, response: ServerResponse) => boolean

/** Only these files are served. */
const contentTypes: readonly (readonly [ending: string, contentType: string])[] = [
  ['.d.ts', 'application/typescript; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
]

/** A path without dot segments and hidden files. */
const SAFE_PATH = /^(?:\/\w[\w.-]*)+$/

/** Other sites load these files, so every origin may, and a new version reaches them soon. */
const headers = {
  'access-control-allow-origin': '*',
  'cache-control': 'public, max-age=300',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Serves the files of a folder as the site does. They are read for each request, so a build can replace them. */
export function createSite(folder: string): Site {
  return (request, response) => {
    const { method, url = '' } = request
    if (method !== 'GET' && method !== 'HEAD') return false
    const [pathname = ''] = url.split('?', 1)
    const contentType = contentTypes.find(([ending]) => pathname.endsWith(ending))?.[1]
    if (contentType === undefined || !SAFE_PATH.test(pathname)) return false
    const body = readIfPresent(path.join(folder, pathname))
    if (body === undefined) return false

    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    if (matches(request.headers['if-none-match'], etag)) {
      response.writeHead(304, { ...headers, etag }).end()
      return true
    }
    response.writeHead(200, { ...headers, etag, 'content-type': contentType, 'content-length': body.length })
    response.end(method === 'HEAD' ? undefined : body)
    return true
  }
}

/** Whatever the reason is, a file that cannot be read is a missing one for the client. */
function readIfPresent(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** Compares as `If-None-Match` does: a list of tags, weak or not, or `*`. */
function matches(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes('*') || tags.includes(etag)
}
