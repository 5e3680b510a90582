import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Headers that the site's distribution adds to the requests that it forwards. Anyone who calls the APIs directly can
 * send them too, so they count only together with the secret.
 */
export const siteHeaders = {
  /** Identifies the distribution. */
  secret: 'chat-site-secret',
  /** The `Host` that the client sent to the site; handshakes only. */
  host: 'chat-viewer-host',
  /** The client's IP address; handshakes only. */
  address: 'chat-viewer-address',
} as const

/** What a function knows about the site in front of it. */
export interface SiteRules {
  /** Known only to the distribution and the functions; if empty, no call counts as having come through the site. */
  readonly secret: string
  /** Whether calls that bypass the site are refused. */
  readonly only: boolean
}

/** A client that called through the site. */
export interface Viewer {
  readonly host?: string | undefined
  readonly address?: string | undefined
}

/** Returns what the site says about its client, or undefined if the call did not come through the site. */
export function viewerOf(
  headers: Readonly<Record<string, string | undefined>>,
  { secret }: SiteRules,
): Viewer | undefined {
  // A custom domain may lower-case header names; API Gateway itself keeps them unchanged.
  const lowered = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  if (secret === '' || !isSame(lowered.get(siteHeaders.secret) ?? '', secret)) return undefined
  return { host: lowered.get(siteHeaders.host), address: lowered.get(siteHeaders.address) }
}

/** Takes the same time wherever the texts differ. Compares hashes, because `timingSafeEqual` needs equal lengths. */
const isSame = (one: string, other: string) => timingSafeEqual(hash(one), hash(other))
const hash = (text: string) => createHash('sha256').update(text).digest()
