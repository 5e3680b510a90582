import type { Settings } from '../../../lib/settings.ts'
import type { FaultOptions } from '../../../local/faults/options.ts'
import type { Runtime } from '../../../local/runtime.ts'

export interface ChatOptions {
  /** Ids of administrators. */
  readonly users: readonly string[]
  readonly settings?: Partial<Settings>
  readonly faults?: FaultOptions
}

/** Where a running chat can be reached. */
export type Address = Pick<Runtime, 'url' | 'socketUrl' | 'jwtSecret' | 'databaseEndpoint' | 'tables'>

/** What the clients of a chat need to know. */
export interface Endpoint extends Pick<Address, 'url' | 'socketUrl'> {
  token(user: string): string
}

/** Commands to the process that runs the chat. */
export interface ChatCommands {
  start(options: ChatOptions & { readonly dataDir: string }): Promise<Address>
  /** Returns how often each fault has struck. */
  strikes(): Promise<Readonly<Record<string, number>>>
  /** Terminates the thread of a Lambda worker, preferably a busy one, and returns what it was doing. */
  killWorker(chance: number): Promise<'working' | 'idle' | 'none'>
  /** Destroys every client socket without a close frame, and returns the number of sockets. */
  cutAll(): Promise<number>
  /** Returns how often each kind of gateway failure was logged. */
  gatewayFailures(): Promise<Readonly<Record<string, number>>>
  stop(): Promise<void>
}

export interface Command {
  readonly id: number
  readonly name: keyof ChatCommands
  readonly args: readonly unknown[]
}

export interface Reply {
  readonly id: number
  readonly result?: unknown
  readonly error?: string
}
