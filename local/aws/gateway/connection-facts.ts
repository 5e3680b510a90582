import type { IncomingMessage } from 'node:http'
import { sourceIp } from './client-request.ts'
import { newGatewayId } from './ids.ts'

/** The part that all events of a connection have in common. */
export interface ConnectionFacts {
  readonly connectionId: string
  /** Milliseconds since 1970. */
  readonly connectedAt: number
  /** `userAgent` is present only if the client sent one. */
  readonly identity: { readonly userAgent?: string; readonly sourceIp: string }
}

/** Assigns an id to the connection that a handshake asks for. */
export function connectionFacts(request: IncomingMessage, clock: () => number): ConnectionFacts {
  const userAgent = request.headers['user-agent']
  return {
    connectionId: newGatewayId(),
    connectedAt: clock(),
    identity: { ...(userAgent === undefined ? {} : { userAgent }), sourceIp: sourceIp(request) },
  }
}
