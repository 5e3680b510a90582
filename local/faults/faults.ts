import type { WebSocketLimits } from '../aws/gateway/facts.ts'
import type { WebSocketGateway } from '../aws/gateway/websocket.ts'
import type { WorkerFaults } from '../aws/lambda/container.ts'
import type { Invoke } from '../aws/lambda/invoke.ts'
import type { Intercept } from '../aws/server.ts'
import { type FaultyDatabase, faultyDatabase } from './database.ts'
import { faultyDisconnects } from './disconnects.ts'
import { droppingGateway, fasterLimits } from './gateway.ts'
import { faultyInvocations, workerFaults } from './invocations.ts'
import { type FaultOptions, parseFaults, switchedOn } from './options.ts'
import { faultyPosts } from './posts.ts'
import { createDice } from './random.ts'
import { failingSecrets } from './secrets.ts'

/** Wraps the parts of the laptop with faults. A part whose faults are off is returned as it is. */
export interface Faults {
  /** The faults that are on, in one line. */
  readonly summary: string
  /** How often each fault has struck, in one line. */
  tally(): string
  /** How often each fault has struck, by its path in the options, such as `posts.lost`. */
  strikes(): Readonly<Record<string, number>>
  invoke(invoke: Invoke): Invoke
  limits(limits: Partial<WebSocketLimits> | undefined): Partial<WebSocketLimits> | undefined
  gateway(gateway: WebSocketGateway): WebSocketGateway
  intercept(intercept: Intercept | undefined): Intercept | undefined
  database(endpoint: string): Promise<FaultyDatabase>
  readonly worker: WorkerFaults | undefined
}

/** Throws a FaultsError if the options are not valid. */
export function createFaults(options: FaultOptions): Faults {
  const settings = parseFaults(options)
  const dice = createDice(settings.seed)
  return {
    summary: `Faults on (seed ${settings.seed}): ${switchedOn(settings).join(', ') || 'none'}`,
    tally() {
      const counts = Object.entries(dice.strikes()).sort(([one], [other]) => (one < other ? -1 : 1))
      return `Faults struck: ${counts.map(([fault, times]) => `${fault} ${times}`).join(', ') || 'none'}`
    },
    strikes: dice.strikes,
    invoke: (invoke) =>
      faultyDisconnects(faultyInvocations(invoke, settings.invocations, dice), settings.disconnect, dice),
    limits: (limits) => fasterLimits(limits, settings.gateway),
    gateway: (gateway) =>
      droppingGateway(
        { ...gateway, connections: faultyPosts(gateway.connections, settings.posts, dice) },
        settings.gateway,
        dice,
      ),
    intercept: (intercept) => failingSecrets(intercept, settings.secrets, dice),
    database: (endpoint) => faultyDatabase(endpoint, settings.database, dice),
    worker: workerFaults(settings, dice),
  }
}
