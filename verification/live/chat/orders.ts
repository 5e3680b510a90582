import type { Settings } from '../../../lib/settings.ts'
import type { FaultOptions } from '../../../local/faults/options.ts'
import type { ChatTables } from '../../../local/targets.ts'

/** What a chat is started with. */
export interface ChatOptions {
  /** Ids of administrators. */
  readonly users: readonly string[]
  readonly settings?: Partial<Settings>
  readonly faults?: FaultOptions
}

/** Where a started chat is. */
export interface Address {
  readonly url: string
  readonly socketUrl: string
  readonly jwtSecret: string
  /** The engine itself. */
  readonly databaseEndpoint: string
  readonly tables: ChatTables
}

/** What the process with the chat can be asked for. */
export interface Orders {
  start(options: ChatOptions & { readonly dataDir: string }): Promise<Address>
  /** How often each fault has struck. */
  strikes(): Promise<Readonly<Record<string, number>>>
  /** Ends the thread of a Lambda worker in the middle of whatever it does; tells whether it was at work. */
  killWorker(chance: number): Promise<'working' | 'idle' | 'none'>
  /** Destroys every socket of a client without a close frame; tells how many there were. */
  cutAll(): Promise<number>
  /** Anonymous failures so far, by what failed. */
  troubles(): Promise<Readonly<Record<string, number>>>
  stop(): Promise<void>
}

export interface Order {
  readonly id: number
  readonly name: keyof Orders
  readonly args: readonly unknown[]
}

export interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: string
}
