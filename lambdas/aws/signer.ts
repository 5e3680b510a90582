import { createHmac, hash } from 'node:crypto'
import type { HttpRequest } from './request-handler.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The time of a signature. The SDK passes its own time, corrected by AWS's clock. */
export interface SigningArguments {
  readonly signingDate?: Date | number | string
}

/**
 * A `signer` for the SDK's clients, with the same result as the SDK's own for requests without a query. It computes
 * each hash with a single call, and it keeps the signing key, which is the same for a whole day.
 *
 * @param credentials read for each request, because Lambda may renew them
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createSigner(service: string, region: string, credentials: () => Credentials) {
  let cached: { readonly secret: string; readonly day: string; readonly key: Buffer } | undefined

  const keyOf = (secret: string, day: string) => {
    if (cached?.secret !== secret || cached.day !== day) {
      const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`)
      cached = { secret, day, key: key as Buffer }
    }
    return cached.key
  }

  return {
    async sign<Request extends HttpRequest>(
      request: Request,
      { signingDate = new Date() }: SigningArguments = {},
    ): Promise<Request> {
      const { accessKeyId, secretAccessKey, sessionToken } = credentials()
      const time = new Date(signingDate).toISOString().replace(/-|:|\.\d+/g, '')
      const day = time.slice(0, 8)
      const bodyHash = hash('sha256', request.body ?? '')
      const headers: Record<string, string> = { ...request.headers }
      headers['x-amz-date'] = time
      headers['x-amz-content-sha256'] = bodyHash
      if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken

      let canonicalHeaders = ''
      let signedHeaders = ''
      for (const name of Object.keys(headers).sort()) {
        if (UNSIGNED_HEADERS.has(name)) continue
        canonicalHeaders += `${name}:${headers[name]?.trim().replace(/\s+/g, ' ')}\n`
        signedHeaders += signedHeaders === '' ? name : `;${name}`
      }
      const canonicalRequest = `${request.method}\n${canonicalPath(request.path)}\n\n${canonicalHeaders}\n${signedHeaders}\n${bodyHash}`
      const scope = `${day}/${region}/${service}/aws4_request`
      const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonicalRequest)}`
      const signature = createHmac('sha256', keyOf(secretAccessKey, day)).update(toSign).digest('hex')
      headers['authorization'] =
        `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`
      return { ...request, headers }
    },
  }
}

/** Headers that are not signed, because proxies change or add them. */
const UNSIGNED_HEADERS = new Set(['authorization', 'user-agent', 'x-amzn-trace-id', 'connection', 'expect'])

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** The path of the request is already encoded. The text to sign contains it encoded once more. */
const canonicalPath = (path: string) =>
  path === '/' ? path : encodeURIComponent(path).replaceAll('%2F', '/')
