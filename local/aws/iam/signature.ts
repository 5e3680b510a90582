import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Credentials, Identity } from './identities.ts'

/** A request as received. */
export interface SignedRequest {
  readonly method: string
  /** Path and query, undecoded. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Buffer
}

/** The signer and the service it signed for, or the reason the signature is refused. */
export type Verdict =
  | { readonly identity: Identity; readonly service: string }
  | { readonly refusal: 'missing' | 'malformed' | 'unknown-key' | 'expired' | 'mismatch' }

/** AWS refuses a signature whose time differs by more than this from its own clock. */
const MAX_CLOCK_SKEW_MS = 5 * 60_000

const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

/**
 * The headers that a signature must cover. Without this rule, a captured call could be sent again later or to another
 * host.
 */
const REQUIRED_HEADERS = ['host', 'x-amz-date', 'x-amz-security-token']

/** Enough for the keys of all identities and services on two days. */
const MAX_SIGNING_KEYS = 100

/**
 * Verifies a call as AWS does: computes the signature of the received request with the caller's secret and compares.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createVerifier(identities: Iterable<Identity>, now: () => number = Date.now) {
  const byKey = new Map([...identities].map((identity) => [identity.credentials.accessKeyId, identity]))
  const signingKeys = new Map<string, Buffer>()

  const signingKeyOf = (credentials: Credentials, scope: string) => {
    const name = `${credentials.accessKeyId}/${scope}`
    const key = signingKeys.get(name) ?? deriveSigningKey(credentials, scope)
    if (signingKeys.size >= MAX_SIGNING_KEYS) signingKeys.clear()
    signingKeys.set(name, key)
    return key
  }

  return (request: SignedRequest): Verdict => {
    const header = request.headers['authorization']
    if (typeof header !== 'string') return { refusal: 'missing' }
    const [, accessKeyId, day, region, service, signedHeaders, signature] = authorization.exec(header) ?? []
    const timestamp = request.headers['x-amz-date']
    const signedAt = parseDate(timestamp)
    if (!accessKeyId || !service || !signedHeaders || !signature || !signedAt) return { refusal: 'malformed' }
    const identity = byKey.get(accessKeyId)
    if (!identity) return { refusal: 'unknown-key' }
    const skewMs = Math.abs(now() - signedAt.getTime())
    if (!(skewMs <= MAX_CLOCK_SKEW_MS)) return { refusal: 'expired' }

    const bodyHash = sha256(request.body)
    const names = signedHeaders.split(';')
    const isComplete =
      REQUIRED_HEADERS.every((name) => names.includes(name)) &&
      day === String(timestamp).slice(0, 8) &&
      request.headers['x-amz-security-token'] === identity.credentials.sessionToken &&
      (request.headers['x-amz-content-sha256'] ?? bodyHash) === bodyHash
    if (!isComplete) return { refusal: 'mismatch' }

    const scope = `${day}/${region}/${service}/aws4_request`
    const hash = sha256(canonicalRequest(request, names, bodyHash))
    const expected = createHmac('sha256', signingKeyOf(identity.credentials, scope))
      .update(`AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${hash}`)
      .digest()
    return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
      ? { identity, service }
      : { refusal: 'mismatch' }
  }
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')

function deriveSigningKey({ secretAccessKey }: Credentials, scope: string): Buffer {
  const hmac = (key: Buffer, part: string) => createHmac('sha256', key).update(part).digest()
  return scope.split('/').reduce(hmac, Buffer.from(`AWS4${secretAccessKey}`))
}

function canonicalRequest(
  { method, url, headers }: SignedRequest,
  names: readonly string[],
  bodyHash: string,
) {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  // Sorted by name first: NUL sorts before all other characters.
  const query = [...searchParams].map((pair) => pair.map(escapeUri).join('\0')).sort()
  const signedValue = (name: string) =>
    String(headers[name] ?? '')
      .replaceAll(/\s+/g, ' ')
      .trim()
  return [
    method,
    pathname.split('/').map(escapeUri).join('/'),
    query.join('&').replaceAll('\0', '='),
    ...names.map((name) => `${name}:${signedValue(name)}`),
    '',
    names.join(';'),
    bodyHash,
  ].join('\n')
}

/** Encodes everything except the unreserved characters of RFC 3986. */
const escapeUri = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${hexOf(sign)}`)

const hexOf = (sign: string) => sign.charCodeAt(0).toString(16).toUpperCase()

function parseDate(value: SignedRequest['headers'][string]): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(value)) ?? []
  return year ? new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) : undefined
}
