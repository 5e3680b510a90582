import type { Ledger } from '../../model/ledger.ts'
import type { Random } from '../../model/random.ts'
import type { View } from '../../model/view.ts'
import type { Endpoint } from '../chat/commands.ts'
import type { ReconnectingSocket } from './reconnecting-socket.ts'
import type { Requests } from './requests.ts'
import type { Timing } from './timing.ts'

export type Frame = Readonly<Record<string, unknown>>

export interface ClientOptions {
  readonly user: string
  readonly name: string
  readonly conversations: readonly string[]
  /** Joins its conversations only by `fetch`. @default - as soon as it has authenticated */
  readonly joinsManually?: boolean
  readonly timing?: Partial<Timing>
  /** Probability of a send over REST alone, or over REST and the socket in parallel. @default - the socket alone */
  readonly sendsOver?: { readonly rest: number; readonly both: number }
  /** A weakening: never requests what a gap or a head shows to be missing. */
  readonly careless?: boolean
}

/** A client as its inbox and outbox see it. */
export interface Device {
  readonly options: ClientOptions
  readonly endpoint: Endpoint
  readonly ledger: Ledger
  readonly random: Random
  readonly views: ReadonlyMap<string, View>
  readonly outbox: {
    acknowledged(conversation: string, frame: Frame): void
    refused(conversation: string, key: string, reason: string): void
  }
  readonly requests: Requests
  readonly socket: ReconnectingSocket
  readonly joined: Set<string>
  readonly connection: string | undefined
  readonly authenticated: boolean
  missedPongs: number
  /** The `seq` of the newest message that was pushed. */
  pushed: number
  pongs: number
  onAuthenticated(connection: string): void
  /** Joins, or requests what is missing: the same frame. */
  fetch(conversation: string): void
  send(frame: Frame): void
  /** Takes in an entry, however it arrived. */
  take(conversation: string, entry: unknown): void
}
