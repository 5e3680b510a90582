import type { IncomingMessage } from 'node:http'

/**
 * Reads a body of at most `limit` bytes. Resolves with `too_large` as soon as the declared length or the
 * received bytes exceed the limit; the rest is discarded.
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
