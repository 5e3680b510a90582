import { ChatError } from '../../protocol/errors.ts'
import { byteLength } from '../../protocol/text.ts'
import type { RestEvent } from './event.ts'

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i

/**
 * The text of a body. Throws `bad_request` if it is not UTF-8 or is compressed: API Gateway passes a compressed body
 * with a JSON content type as text, which corrupts it.
 *
 * API Gateway passes a body as base64 unless its content type says that it is text. Bytes that are not UTF-8 then
 * arrive as U+FFFD, which is also a character that a client may send. The `content-length` shows which of the two was
 * sent, because U+FFFD has three bytes. There is one exception: the first three bytes of a four-byte character, sent
 * alone, also become one U+FFFD.
 */
export function bodyText({
  headers,
  body = '',
  isBase64Encoded,
}: Pick<RestEvent, 'headers' | 'body' | 'isBase64Encoded'>): string {
  const encoding = headers['content-encoding']?.trim().toLowerCase()
  if (body && encoding && encoding !== 'identity') {
    throw new ChatError('bad_request', 'body: is compressed (content-encoding), send it as it is')
  }
  const [, charset = 'utf-8'] = CHARSET.exec(headers['content-type'] ?? '') ?? []
  if (!/^utf-?8$/i.test(charset)) throw new ChatError('bad_request', 'body: must be UTF-8')
  if (isBase64Encoded) return decode(body)
  const sentBytes = Number(headers['content-length'] ?? Number.NaN)
  if (body.includes('\uFFFD') && !Number.isNaN(sentBytes) && byteLength(body) !== sentBytes) throw notUtf8()
  return body
}

function decode(body: string): string {
  try {
    // Keeps a byte order mark, which is ignored where the text is parsed.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(body, 'base64'))
  } catch {
    throw notUtf8()
  }
}

const notUtf8 = () => new ChatError('bad_request', 'body: is not UTF-8')
