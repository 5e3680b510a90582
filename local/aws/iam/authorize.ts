import { isAllowed } from '../../stack/permissions.ts'
import type { Identity } from './identities.ts'

/** A permission that a call requires. */
export interface Permission {
  readonly action: string
  readonly resource: string
}

/** Returns `undefined` when every permission is granted, otherwise AWS's message about the first missing one. */
export type Authorize = (identity: Identity, required: readonly Permission[]) => string | undefined

/** Checks calls against the policy statements of the template and reports missing grants to the developer. */
export function createAuthorizer(warn: (line: string) => void): Authorize {
  return (identity, required) => {
    const missing = required.find(({ action, resource }) => !isAllowed(identity.statements, action, resource))
    if (!missing) return undefined
    const { action, resource } = missing
    warn(`DENIED: the stack does not allow ${identity.name} to ${action} on ${resource}`)
    return `User: ${identity.name} is not authorized to perform: ${action} on resource: ${resource}`
  }
}
