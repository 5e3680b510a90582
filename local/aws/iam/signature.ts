import { createHash, timingSafeEqual } from 'node:crypto'
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Identity } from './identities.ts'

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

/** The hash that the SDK's own clients give their signer. */
const sha256 = Hash.bind(null, 'sha256')

/** Verifies a call as AWS does: signs the received request with the caller's secret and compares the results. */
export function createVerifier(identities: Iterable<Identity>, now: () => number = Date.now) {
  const byKey = new Map([...identities].map((identity) => [identity.credentials.accessKeyId, identity]))
  const signers = new Map<string, SignatureV4>()

  const signerOf = ({ credentials }: Identity, region: string, service: string) => {
    const key = `${credentials.accessKeyId}/${region}/${service}`
    const signer =
      signers.get(key) ?? new SignatureV4({ credentials, region, service, sha256, applyChecksum: false })
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
    if (Math.abs(now() - signingDate.getTime()) > MAX_CLOCK_SKEW_MS) return { refusal: 'expired' }

    const bodyHash = createHash('sha256').update(request.body).digest('hex')
    // The signer takes x-amz-content-sha256 as given and replaces x-amz-security-token, so both are checked here.
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
    return isEqual(resigned.headers['authorization'] ?? '', header)
      ? { identity, service }
      : { refusal: 'mismatch' }
  }
}

function parseDate(value: SignedRequest['headers'][string]): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(value)) ?? []
  return year ? new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) : undefined
}

/** Compares digests, so that neither timing nor length reveals anything. */
function isEqual(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text.replaceAll(', ', ',')).digest()
  return timingSafeEqual(digest(left), digest(right))
}
