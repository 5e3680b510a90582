import type { User } from '../lambdas/model.ts'
import type { Settings as StackSettings } from '../lib/settings.ts'
import type { WebSocketLimits } from './aws/gateway/gateway-constants.ts'
import type { SecretStore } from './aws/secrets/secrets.ts'
import type { Intercept } from './aws/server.ts'
import type { Clock } from './clock.ts'
import type { Faults } from './faults/faults.ts'
import type { FaultOptions } from './faults/options.ts'
import type { Log } from './log.ts'
import type { Platform } from './platform.ts'
import type { StackModel } from './stack/model.ts'
import type { ChatTables } from './targets.ts'
import type { Trace } from './trace.ts'

export interface RuntimeOptions {
  /**
   * Absolute path of the folder for the database, the queues' messages, the generated secret, the assembly and the
   * site.
   */
  readonly dataDir: string
  /** @default 0 - any free port */
  readonly port?: number
  /** @default - generated once and kept in the data directory */
  readonly jwtSecret?: string | undefined
  /** Imported at startup: added or updated, never removed. @default - none */
  readonly users?: readonly User[]
  /** Imports the users only into a database that has no users. @default false */
  readonly demo?: boolean
  /**
   * Origins that browsers may connect from, matched exactly.
   *
   * @default - http://localhost:3000, https://mathiascoutant.github.io and every port of localhost and 127.0.0.1
   */
  readonly allowedOrigins?: readonly string[] | undefined
  /** Endpoint of an engine that is already running. @default - the embedded engine is started */
  readonly databaseEndpoint?: string | undefined
  /** Stack settings that override those of cdk.json, for tests. @default - none */
  readonly settings?: Partial<StackSettings> | undefined
  /** Limits of the WebSocket API, for tests. @default - API Gateway's */
  readonly limits?: Partial<WebSocketLimits>
  /** Clock of the queues and schedules, for tests. @default - the system clock */
  readonly clock?: Clock
  /**
   * The maximum number of concurrent invocations of all functions together; further ones are refused.
   *
   * @default - as many as the machine can handle; further ones wait
   */
  readonly concurrency?: number | undefined
  /** Interval of every schedule in milliseconds, for tests. @default - the interval of its rule */
  readonly scheduleMs?: number
  /** Makes calls to AWS fail, for tests. @default - no call fails */
  readonly intercept?: Intercept
  /** Faults to inject, see docs/faults.md. @default - none */
  readonly faults?: FaultOptions | undefined
  /**
   * Receives failed invocations, denied calls, refused handshakes, and what the functions write except the lines about
   * each invocation. @default - standard error
   */
  readonly log?: Log
  /** Receives a line for each request and frame. @default - none */
  readonly trace?: Trace | undefined
  /** Called after each step of the startup with its duration. @default - none */
  readonly progress?: (step: string, ms: number) => void
}

export interface Reload {
  /** How many functions have new code. */
  readonly changed: number
  readonly bundleMs: number
  readonly loadMs: number
}

export interface Runtime
  extends Pick<Platform, 'gateway' | 'invoke' | 'metrics' | 'awsEndpoint' | 'operator'> {
  readonly port: number
  /** `http://localhost:<port>` */
  readonly url: string
  /** `ws://localhost:<port>/ws/chat` */
  readonly socketUrl: string
  readonly jwtSecret: string
  /** Signs a token for a user. This chat accepts the token. */
  readonly token: (userId: string, hours: number) => string
  /** The token secret in the emulated Secrets Manager, which can be rotated. */
  readonly secret: SecretStore
  readonly tables: ChatTables
  /** The users at startup, including the imported ones. */
  readonly users: readonly User[]
  /** The ids in `RuntimeOptions.users` that were not imported, because users with these ids were removed before. */
  readonly removedIds: readonly string[]
  /** The engine itself, which checks no permissions. */
  readonly databaseEndpoint: string
  /** A sentence about the users and pages that can also reach the embedded engine; undefined if it is isolated. */
  readonly databaseExposure: string | undefined
  readonly stack: StackModel
  /** The injected faults and how often each has struck. */
  readonly faults: Pick<Faults, 'summary' | 'tally' | 'strikes'> | undefined
  /**
   * Bundles the functions again and replaces those whose code has changed. If the new code does not build or load,
   * rejects, and the previous code keeps running.
   */
  reload(): Promise<Reload>
  /** Builds the files of the site again. If the build fails, rejects, and the previous files remain. */
  rebuildSite(): Promise<void>
  /** Resolves with the reason when the runtime has stopped because the engine exited. */
  readonly failed: Promise<string>
  stop(): Promise<void>
}
