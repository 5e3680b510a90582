import { randomBytes } from 'node:crypto'

/**
 * Generates a connection, message or request id: fifteen base64url characters and a `=`, which must be escaped in an
 * @connections URL.
 */
export function newGatewayId(): string {
  return `${randomBytes(11).toString('base64url')}=`
}

/** True if a connection could have this id. @connections responds with 400 to any other text. */
export function isGatewayId(text: string): boolean {
  return /^[A-Za-z0-9_-]{15}=$/.test(text)
}

/** Generates a trace header: version, seconds since 1970, 96 random bits. */
export function newTraceId(epochMs: number): string {
  const seconds = Math.floor(epochMs / 1000).toString(16)
  return `Root=1-${seconds.padStart(8, '0')}-${randomBytes(12).toString('hex')}`
}
