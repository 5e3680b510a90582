import { randomBytes } from 'node:crypto'
import type { Statement } from '../../stack/permissions.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

/** Who may sign calls to the laptop's AWS: each function with its role, and the operator's commands. */
export interface Identity {
  /** As it appears in messages to the developer. */
  readonly name: string
  readonly credentials: Credentials
  /** Replaced when the template changes. */
  statements: readonly Statement[]
}

/** Fresh for each start, like the credentials of a Lambda container; nothing of the developer's own. */
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
