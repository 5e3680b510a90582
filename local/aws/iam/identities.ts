import { randomBytes } from 'node:crypto'
import type { Statement } from '../../stack/permissions.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

/** A principal that may sign calls to the laptop's AWS: a function with its role, or the operator's commands. */
export interface Identity {
  /** The name used in messages to the developer. */
  readonly name: string
  readonly credentials: Credentials
  /** Replaced when the template changes. */
  statements: readonly Statement[]
}

/**
 * Creates an identity with random credentials, as each Lambda container gets; the developer's own credentials are never
 * used.
 */
export function createIdentity(name: string, statements: readonly Statement[]): Identity {
  return {
    name,
    statements,
    credentials: {
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(48).toString('base64'),
    },
  }
}
