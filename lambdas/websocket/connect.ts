import { errorCodes } from '../../protocol/errors.ts'
import { isAllowedOrigin, isOriginOf } from '../../protocol/origins.ts'
import { allDone } from '../async.ts'
import { exceedsAddressLimit } from '../chat/connections/address-limit.ts'
import { queueDeadline } from '../chat/connections/deadline.ts'
import type { LifecycleDeps } from '../chat/deps.ts'
import { type Facts, note } from '../log/record.ts'
import { type SiteRules, viewerOf } from '../site.ts'
import type { SocketEvent, SocketResponse } from './event.ts'

/** Anyone can send a long `Origin`, and every byte of the log costs money. */
const MAX_ORIGIN_LENGTH = 100

/** The checks on a new connection. */
export interface HandshakeRules {
  readonly allowedOrigins: readonly string[]
  /** New connections per IP address and minute; 0 means no limit. */
  readonly connectionsPerAddress: number
  /** The site, whose own pages are allowed, and which reports the address of its client. */
  readonly site: SiteRules
}

/**
 * `$connect`: refuses pages of other origins, registers the connection and returns no information. A client that sends
 * no `Origin` header is not a browser, and is accepted. Anyone can open a connection, so this costs only one write.
 */
export async function connect(
  deps: LifecycleDeps,
  { allowedOrigins, connectionsPerAddress, site }: HandshakeRules,
  { headers = {}, requestContext }: SocketEvent,
): Promise<SocketResponse> {
  const viewer = viewerOf(headers, site)
  if (viewer === undefined && site.only) return refuse('forbidden')
  // A custom domain may lower-case header names; API Gateway itself keeps them unchanged.
  const origin = Object.entries(headers).find(([name]) => name.toLowerCase() === 'origin')?.[1]
  if (origin !== undefined && !isAllowedOrigin(allowedOrigins, origin) && !isOriginOf(viewer?.host, origin)) {
    return refuse('forbidden', { origin: origin.slice(0, MAX_ORIGIN_LENGTH) })
  }
  const { connectionId: id, connectedAt: openedAt, identity } = requestContext
  const address = viewer?.address ?? identity?.sourceIp
  if (connectionsPerAddress > 0 && address !== undefined) {
    if (await exceedsAddressLimit(deps, address, connectionsPerAddress)) return refuse('rate_limited')
  }
  await allDone([deps.register.add({ id, openedAt }, address), queueDeadline(deps, openedAt)])
  return { statusCode: 200 }
}

/** A browser does not show the status of a refused handshake to the page, but the log shows the code. */
function refuse(code: 'forbidden' | 'rate_limited', facts: Pick<Facts, 'origin'> = {}): SocketResponse {
  note({ code, ...facts })
  return { statusCode: errorCodes[code].status }
}
