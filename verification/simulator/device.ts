import type { Ledger } from '../model/ledger.ts'
import type { View } from '../model/view.ts'
import type { Gateway } from './gateway.ts'
import type { Scheduler } from './scheduler.ts'

export type Frame = Readonly<{ [name: string]: unknown }>

export interface ClientOptions {
  readonly user: string
  readonly name: string
  readonly conversations: readonly string[]
  readonly tokenLifetimeMs: number
  /** Keeps the connection open and does nothing more: no pings, no new token. */
  readonly sleeper?: boolean
  /** A weakening: shows entries in the order of arrival. */
  readonly careless?: boolean
}

/** How long a client waits for an answer before it asks again. */
export const ANSWER_TIMEOUT_MS = 5000
export const MAX_TRIES = 10

/** In `fetching`: the conversation is not the user's, so the client does not ask again on this connection. */
export const REFUSED = Number.POSITIVE_INFINITY

/** A client as its inbox, outbox and editor see it. */
export interface Device {
  readonly options: ClientOptions
  readonly scheduler: Scheduler
  readonly gateway: Gateway
  readonly ledger: Ledger
  readonly views: ReadonlyMap<string, View>
  readonly outbox: { pump(): void; acknowledged(frame: Frame): void; refused(frame: Frame): boolean }
  readonly connection: string | undefined
  readonly stopped: boolean
  authenticated: boolean
  /** When the token of the open connection expires. */
  expiresAt: number
  missedPongs: number
  /** Request ids of tokens that were sent and not accepted yet. */
  readonly renewing: Set<string>
  readonly joined: Set<string>
  /** When each conversation was last requested, or `REFUSED`. */
  readonly fetching: Map<string, number>
  token(): string
  authenticate(): void
  /** Joins, or requests what is missing: the same frame. */
  fetch(conversation: string): void
  send(frame: { readonly type: string } & Frame): void
  /** Takes in an entry, however it arrived. */
  take(conversation: string, entry: unknown): void
  /** Closes the connection; the client reconnects. */
  drop(): void
  /** Closes the connection for good. */
  stop(): void
}
