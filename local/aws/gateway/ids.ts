import { randomBytes } from 'node:crypto'

/** Fifteen base64url characters and a `=`, which must be escaped in an @connections URL. */
const GATEWAY_ID = /^[A-Za-z0-9_-]{15}=$/

/** Generates a connection, message or request id; all three have the same format. */
export function newGatewayId(): string {
  return `${randomBytes(11).toString('base64url')}=`
}

/** True if a connection could have this id. @connections responds with 400 to any other. */
export function isGatewayId(text: string): boolean {
  return GATEWAY_ID.test(text)
}

/** Generates a trace header: version, seconds since 1970, 96 random bits. */
export function newTraceId(epochMs: number): string {
  const seconds = Math.floor(epochMs / 1000)
    .toString(16)
    .padStart(8, '0')
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`
}
