import type { Timing } from './timing.ts'

export interface ClientOptions {
  readonly user: string
  readonly name: string
  readonly conversations: readonly string[]
  /** Joins its conversations only by `fetch`. @default - as soon as it has authenticated */
  readonly joinsManually?: boolean
  readonly timing?: Partial<Timing>
  /** Probability of a send over REST alone, or over REST and the socket in parallel. @default - the socket alone */
  readonly sendsOver?: { readonly rest: number; readonly both: number }
  /** Sends its messages without waiting for the acknowledgment of earlier ones. */
  readonly hasty?: boolean
  /** A deliberate bug: never requests entries that a gap or a `pong` shows to be missing. */
  readonly careless?: boolean
}
