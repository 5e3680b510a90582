import type { Link } from '../core.ts'
import type { Clock, Page, Tabs } from '../types.ts'

/** The `Link` of one tab, and its beginning and end. */
export interface TabLink extends Link {
  /** Shares a connection with the tabs that start with the same name: one user of one stack. */
  start(name: string): void
  /** Connects now, also after `end`. */
  reconnect(): void
  /** Disconnects this tab until `start` or `reconnect`. With `retryAt`, the phase is `offline`, else `signed-out`. */
  end(reason: string, retryAt?: number): void
  /** Disconnects this tab for good. */
  stop(): void
}

export interface LinkDeps {
  readonly clock: Clock
  readonly random: () => number
  readonly page: Page
  /** `false` if tabs do not share a connection. */
  readonly tabs: Tabs | false
}
