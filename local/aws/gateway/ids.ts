import { randomBytes } from 'node:crypto'

/** [E5, E6] Fifteen base64url characters and a `=`, which has to be escaped in an @connections URL. */
const GATEWAY_ID = /^[A-Za-z0-9_-]{15}=$/

/** Makes a connection, message or request id: all three have the same form. */
export function newGatewayId(): string {
  return `${randomBytes(11).toString('base64url')}=`
}

/** Tells a connection id that may exist from one that cannot, which @connections answers with 400 [A2]. */
export function isGatewayId(text: string): boolean {
  return GATEWAY_ID.test(text)
}

/** A trace header as the load balancers of AWS add it: version, seconds since 1970, 96 random bits. */
export function newTraceId(epochMillis: number): string {
  const seconds = Math.floor(epochMillis / 1000)
    .toString(16)
    .padStart(8, '0')
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`
}
