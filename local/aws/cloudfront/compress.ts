import type { IncomingMessage } from 'node:http'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { StoredObject } from '../s3/bucket.ts'

export interface Representation {
  readonly body: Buffer
  readonly etag: string
  readonly encoding?: 'br' | 'gzip' | undefined
  /** Whether clients with other headers may get another encoding. */
  readonly varies?: boolean
}

export type Compressor = (stored: StoredObject, request: IncomingMessage) => Representation

/** CloudFront compresses files of these sizes, in bytes. */
const MIN_BYTES = 1_000
const MAX_BYTES = 10_000_000
/** The kinds of content that CloudFront compresses, limited to those that a site contains. */
const COMPRESSIBLE = /^(?:text\/|application\/(?:json|javascript|manifest\+json)|image\/svg\+xml)/
/** More than the compressed files of one build. Beyond this number, the files of earlier builds are dropped. */
const MAX_CACHED = 200

const algorithms = {
  br: (body: Buffer) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body: Buffer) => gzipSync(body),
} as const

/** Compresses files for clients that accept it. The compression levels are unverified; most servers use these. */
export function createCompressor(): Compressor {
  const cache = new Map<string, Buffer>()
  return (stored, request) => {
    const { body, etag, contentType } = stored
    if (body.length < MIN_BYTES || body.length > MAX_BYTES || !COMPRESSIBLE.test(contentType)) return stored
    const encoding = encodingFor(request.headers['accept-encoding'])
    if (encoding === undefined) return { body, etag, varies: true }
    const key = `${encoding} ${etag}`
    const compressed = cache.get(key) ?? algorithms[encoding](body)
    if (cache.size >= MAX_CACHED) cache.clear()
    cache.set(key, compressed)
    return { body: compressed, etag: `W/${etag}`, encoding, varies: true }
  }
}

/** Brotli is preferred if the client accepts both. */
function encodingFor(header: string | string[] = ''): keyof typeof algorithms | undefined {
  const accepted = String(header)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => !/;\s*q=0(?:\.0*)?$/.test(part))
    .map((part) => part.split(';')[0])
  return (['br', 'gzip'] as const).find((encoding) => accepted.includes(encoding))
}
