import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StoredObject } from '../s3/bucket.ts'
import type { Compressor, Representation } from './compress.ts'

/** The answer of S3 to a caller who may list the bucket and asks for a key that does not exist. */
const NO_SUCH_KEY =
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>'

/** Answers a GET or HEAD request with a file. */
export function sendObject(
  request: IncomingMessage,
  response: ServerResponse,
  stored: StoredObject | undefined,
  compress: Compressor | undefined,
): void {
  if (stored === undefined) {
    response.statusCode = 404
    response.setHeader('content-type', 'application/xml')
    send(request, response, Buffer.from(NO_SUCH_KEY))
    return
  }
  const { body, encoding, etag, varies }: Representation = compress?.(stored, request) ?? stored
  response.setHeader('etag', etag)
  if (stored.cacheControl !== undefined) response.setHeader('cache-control', stored.cacheControl)
  if (varies) response.setHeader('vary', 'Accept-Encoding')
  if (isNamed(request.headers['if-none-match'], etag)) {
    response.statusCode = 304
    response.end()
    return
  }
  response.setHeader('content-type', stored.contentType)
  if (encoding !== undefined) response.setHeader('content-encoding', encoding)
  send(request, response, body)
}

function send(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  response.setHeader('content-length', body.length)
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** Compares as `If-None-Match` does: a list of tags, weak or not, or `*`. */
function isNamed(header: string | undefined, etag: string): boolean {
  const strong = (tag: string) => tag.trim().replace(/^W\//, '')
  const tags = (header ?? '').split(',').map(strong)
  return tags.includes('*') || tags.includes(strong(etag))
}
