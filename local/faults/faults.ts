import type { WebSocketLimits } from '../aws/gateway/facts.ts'
import type { Invoke } from '../aws/gateway/model.ts'
import type { WebSocketGateway } from '../aws/gateway/websocket.ts'
import type { WorkerFaults } from '../aws/lambda/container.ts'
import type { Intercept } from '../aws/server.ts'
import { type FaultyDatabase, faultyDatabase } from './database.ts'
import { faultyDisconnects } from './disconnects.ts'
import { droppingGateway, fasterLimits } from './gateway.ts'
import { faultyInvocations, workerFaults } from './invocations.ts'
import { type FaultOptions, parseFaults, switchedOn } from './options.ts'
import { faultyPosts } from './posts.ts'
import { createDice } from './random.ts'
import { failingSecrets } from './secrets.ts'

/** Puts faults in front of the parts of the laptop; a part whose faults are off comes back as it is. */
export interface Faults {
  /** Which are on, in one line. */
  readonly summary: string
  /** How often each struck, in one line. */
  tally(): string
  /** The same as numbers, by path: `posts.lost`. */
  strikes(): Readonly<Record<string, number>>
  invoke(invoke: Invoke): Invoke
  limits(limits: Partial<WebSocketLimits> | undefined): Partial<WebSocketLimits> | undefined
  gateway(gateway: WebSocketGateway): WebSocketGateway
  intercept(intercept: Intercept | undefined): Intercept | undefined
  database(endpoint: string): Promise<FaultyDatabase>
  readonly worker: WorkerFaults | undefined
}

/** Throws a `FaultsError` when the options are not valid. */
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
