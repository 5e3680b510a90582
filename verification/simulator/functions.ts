import type { Deps } from '../../lambdas/chat/deps.ts'
import { poster } from '../../lambdas/delivery/poster.ts'
import { dispatch as dispatchRest } from '../../lambdas/rest/dispatch.ts'
import type { RestEvent, RestResponse } from '../../lambdas/rest/event.ts'
import { restHandlers } from '../../lambdas/rest/handlers.ts'
import type { TaskQueue } from '../../lambdas/stores/tasks.ts'
import { connect } from '../../lambdas/websocket/connect.ts'
import { disconnect } from '../../lambdas/websocket/disconnect.ts'
import { dispatch as dispatchFrame } from '../../lambdas/websocket/dispatch.ts'
import type { SocketEvent, SocketResponse } from '../../lambdas/websocket/event.ts'
import { frameHandlers } from '../../lambdas/websocket/handlers.ts'
import { dispatch as dispatchWork } from '../../lambdas/workers/dispatch.ts'
import type { WorkerEvent } from '../../lambdas/workers/event.ts'
import { taskHandlers } from '../../lambdas/workers/tasks.ts'
import { allFeatures } from '../../protocol/features.ts'
import { defaultRates } from '../../protocol/limits.ts'
import { allStores } from './all-stores.ts'
import { tooManyInvocations } from './aws-errors.ts'
import { tableNames } from './backend.ts'
import { type DatabaseSeam, dbOf } from './db-client.ts'
import type { FaultRates } from './fault-rates.ts'
import { Invocation, type Outcome } from './invocation.ts'
import { type Connections, postClientOf } from './post-client.ts'
import type { Scheduler } from './scheduler.ts'
import { signingKey } from './signing-key.ts'

export interface FunctionsOptions {
  readonly scheduler: Scheduler
  readonly seam: DatabaseSeam
  readonly connections: Connections
  readonly queueOf: (invocation: Invocation) => TaskQueue
  readonly faults: () => FaultRates
  /** How far the clock of a container may be off. */
  readonly maxSkewMs: number
  readonly weaken?: (deps: Deps, invocation: Invocation) => Deps
}

/** The Lambda functions. Each invocation composes the real handlers, rules and stores again. */
export class Functions {
  readonly #options: FunctionsOptions
  #invocations = 0
  #running = 0

  constructor(options: FunctionsOptions) {
    this.#options = options
  }

  /** True while no invocation is running. */
  get idle(): boolean {
    return this.#running === 0
  }

  lifecycle(event: SocketEvent): Promise<Outcome<SocketResponse>> {
    return this.#invoke(event.requestContext.routeKey, (deps) =>
      event.requestContext.eventType === 'CONNECT'
        ? connect(deps, anyAddress, event)
        : disconnect(deps, event),
    )
  }

  frames(event: SocketEvent): Promise<Outcome<SocketResponse>> {
    return this.#invoke(event.requestContext.routeKey, (deps) =>
      dispatchFrame(deps, frameHandlers(deps), event),
    )
  }

  rest(event: RestEvent): Promise<Outcome<RestResponse>> {
    return this.#invoke(event.routeKey.replaceAll(' ', '_'), (deps) =>
      dispatchRest(deps, restHandlers(deps), event),
    )
  }

  worker(event: WorkerEvent) {
    return this.#invoke('worker', (deps) => dispatchWork(taskHandlers(deps), event))
  }

  /** Runs an operator's command, under the scheduler like any invocation. */
  operate<T>(work: (deps: Deps) => Promise<T>): Promise<Outcome<T>> {
    return this.#invoke('operator', work)
  }

  async #invoke<T>(route: string, handler: (deps: Deps) => Promise<T>): Promise<Outcome<T>> {
    const { scheduler, maxSkewMs, weaken, faults } = this.#options
    if (scheduler.random.chance(faults().refused)) {
      scheduler.history.note(`${route} is refused an invocation`)
      scheduler.history.count('invocation refused')
      return { how: 'threw', error: tooManyInvocations() }
    }
    const skewMs = maxSkewMs > 0 ? scheduler.random.below(2 * maxSkewMs) - maxSkewMs : 0
    const invocation = new Invocation(scheduler, ++this.#invocations, route, skewMs)
    const deps = this.#compose(invocation)
    this.#running++
    const outcome = await invocation.run(() => handler(weaken?.(deps, invocation) ?? deps))
    this.#running--
    return outcome
  }

  #compose(invocation: Invocation): Deps {
    const { scheduler, seam, connections, queueOf, faults } = this.#options
    const db = dbOf(invocation, seam)
    const report = (error: unknown) =>
      scheduler.history.note(`${invocation.name} reports ${error instanceof Error ? error.message : error}`)
    return {
      ...allStores(db, tableNames),
      secrets: { current: async () => [signingKey] },
      poster: poster(postClientOf(invocation, connections, faults), report),
      tasks: queueOf(invocation),
      rates: defaultRates,
      features: allFeatures,
      report,
      now: () => scheduler.now + invocation.skewMs,
      newId: () => id(scheduler),
    }
  }
}

const anyAddress = { allowedOrigins: [], connectionsPerAddress: 0 }

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Generates ids as long as the product's, the same for the same seed. */
const id = ({ random }: Scheduler) =>
  Array.from({ length: 22 }, () => alphabet[random.below(alphabet.length)]).join('')
