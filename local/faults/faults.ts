import type { CallEngine } from '../aws/dynamodb/engine-calls.ts'
import type { WebSocketLimits } from '../aws/gateway/gateway-constants.ts'
import type { WebSocketGateway } from '../aws/gateway/websocket.ts'
import { limitedConcurrency, queuedConcurrency } from '../aws/lambda/concurrency.ts'
import type { Invoke } from '../aws/lambda/invoke.ts'
import type { Intercept } from '../aws/server.ts'
import { faultyDatabase } from './database.ts'
import { droppingGateway, fasterLimits } from './gateway.ts'
import { faultyDisconnects, faultyInvocations, workerFaults } from './invocations.ts'
import { type FaultOptions, parseFaults, switchedOn } from './options.ts'
import { faultyPosts } from './posts.ts'
import { createDice } from './random.ts'
import { failingSecrets } from './secrets.ts'

/** Wraps the parts of the laptop with faults. A part whose faults are off is returned unchanged. */
export type Faults = Readonly<ReturnType<typeof createFaults>>

/** Throws a StartError if the options are not valid. */
export function createFaults(options: FaultOptions) {
  const settings = parseFaults(options)
  const dice = createDice(settings.seed)
  return {
    /** The faults that are on, in one line. */
    summary: `Faults on (seed ${settings.seed}): ${switchedOn(settings).join(', ') || 'none'}`,
    /** How often each fault has struck, in one line. */
    tally() {
      const counts = Object.entries(dice.strikes()).sort(([one], [other]) => (one < other ? -1 : 1))
      return `Faults struck: ${counts.map(([fault, times]) => `${fault} ${times}`).join(', ') || 'none'}`
    },
    strikes: dice.strikes,
    invoke: (invoke: Invoke) =>
      faultyDisconnects(faultyInvocations(invoke, settings.invocations, dice), settings.disconnect, dice),
    /**
     * The limit is the lower of the laptop's setting and the fault. If neither is set, invocations wait for a free
     * core, for a few seconds at most.
     */
    concurrency(setting = Number.POSITIVE_INFINITY) {
      const limit = Math.min(setting, settings.invocations.concurrency || Number.POSITIVE_INFINITY)
      return Number.isFinite(limit)
        ? limitedConcurrency(limit, () => dice.count('invocations.concurrency'))
        : queuedConcurrency()
    },
    limits: (limits: Partial<WebSocketLimits> | undefined) => fasterLimits(limits, settings.gateway),
    gateway(gateway: WebSocketGateway) {
      const connections = faultyPosts(gateway.connections, settings.posts, dice)
      return droppingGateway({ ...gateway, connections }, settings.gateway, dice)
    },
    intercept: (intercept: Intercept | undefined) => failingSecrets(intercept, settings.secrets, dice),
    database: (callEngine: CallEngine) => faultyDatabase(callEngine, settings.database, dice),
    worker: workerFaults(settings, dice),
  }
}
