import type { Pace } from './pace.ts'

export interface ClientOptions {
  readonly user: string
  readonly name: string
  readonly conversations: readonly string[]
  /** Joins its conversations by `fetch` alone. @default - as soon as it has authenticated */
  readonly joinsWhenTold?: boolean
  readonly pace?: Partial<Pace>
  /** How likely a message goes over REST alone, or over REST and the socket at once. @default - the socket alone */
  readonly ways?: { readonly rest: number; readonly both: number }
  /** A weakening: never asks for what a gap or a head says is missing. */
  readonly careless?: boolean
}
