import { createHash, timingSafeEqual } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Identity } from './identities.ts'
import { Sha256 } from './sha256.ts'

/** A request as it arrived. */
export interface SignedRequest {
  readonly method: string
  /** Path and query, undecoded. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Buffer
}

/** Who signed, and for which service; or why nobody is believed. */
export type Verdict =
  | { readonly identity: Identity; readonly service: string }
  | { readonly refusal: 'missing' | 'malformed' | 'unknown-key' | 'expired' | 'mismatch' }

/** How far AWS lets a signature's time be from its own. */
const MAXIMUM_SKEW_MILLIS = 5 * 60_000

const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

/** Checks a call the way AWS does: sign what arrived with the caller's secret, and compare. */
export function createVerifier(identities: Iterable<Identity>, now: () => number = Date.now) {
  const byKey = new Map([...identities].map((identity) => [identity.credentials.accessKeyId, identity]))
  const signers = new Map<string, SignatureV4>()

  const signerOf = ({ credentials }: Identity, region: string, service: string) => {
    const key = `${credentials.accessKeyId}/${region}/${service}`
    const signer =
      signers.get(key) ??
      new SignatureV4({ credentials, region, service, sha256: Sha256, applyChecksum: false })
    signers.set(key, signer)
    return signer
  }

  return async (request: SignedRequest): Promise<Verdict> => {
    const header = request.headers['authorization']
    if (typeof header !== 'string') return { refusal: 'missing' }
    const [, accessKeyId, , region, service, signedHeaders] = authorization.exec(header) ?? []
    const signingDate = parseDate(request.headers['x-amz-date'])
    if (!accessKeyId || !region || !service || !signedHeaders || !signingDate) return { refusal: 'malformed' }
    const identity = byKey.get(accessKeyId)
    if (!identity) return { refusal: 'unknown-key' }
    if (Math.abs(now() - signingDate.getTime()) > MAXIMUM_SKEW_MILLIS) return { refusal: 'expired' }

    const bodyHash = createHash('sha256').update(request.body).digest('hex')
    // The signer believes the one header and replaces the other, so they are compared here.
    if ((request.headers['x-amz-content-sha256'] ?? bodyHash) !== bodyHash) return { refusal: 'mismatch' }
    if (request.headers['x-amz-security-token'] !== identity.credentials.sessionToken) {
      return { refusal: 'mismatch' }
    }

    const names = signedHeaders.split(';')
    const { pathname, searchParams } = new URL(request.url, 'http://localhost')
    const resigned = await signerOf(identity, region, service).sign(
      {
        method: request.method,
        protocol: 'http:',
        hostname: 'localhost',
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: Object.fromEntries(names.map((name) => [name, String(request.headers[name] ?? '')])),
        body: request.body,
      },
      { signingDate, signableHeaders: new Set(names) },
    )
    return same(resigned.headers['authorization'] ?? '', header)
      ? { identity, service }
      : { refusal: 'mismatch' }
  }
}

function parseDate(value: SignedRequest['headers'][string]): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(value)) ?? []
  return year ? new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) : undefined
}

/** Compares digests, so that neither the time nor the lengths tell anything. */
function same(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text.replaceAll(', ', ',')).digest()
  return timingSafeEqual(digest(one), digest(other))
}
