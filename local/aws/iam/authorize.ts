import { isAllowed } from '../../stack/permissions.ts'
import type { Identity } from './identities.ts'

/** An action on a resource, as IAM weighs it. */
export interface Needed {
  readonly action: string
  readonly resource: string
}

/** Nothing when all is allowed; otherwise AWS's sentence about the first that is not. */
export type Authorize = (identity: Identity, needed: readonly Needed[]) => string | undefined

/** Weighs calls by the statements of the template, and tells the developer what the stack forgot. */
export function createAuthorizer(warn: (line: string) => void): Authorize {
  return (identity, needed) => {
    const missing = needed.find(({ action, resource }) => !isAllowed(identity.statements, action, resource))
    if (!missing) return undefined
    const { action, resource } = missing
    warn(`DENIED: the stack does not allow ${identity.name} to ${action} on ${resource}`)
    return `User: ${identity.name} is not authorized to perform: ${action} on resource: ${resource}`
  }
}
