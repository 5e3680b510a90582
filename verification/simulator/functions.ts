import type { Deps } from '../../lambdas/chat/deps.ts'
import { poster } from '../../lambdas/delivery/poster.ts'
import { newMemory } from '../../lambdas/memory.ts'
import { dispatch as dispatchRest } from '../../lambdas/rest/dispatch.ts'
import type { RestEvent, RestResponse } from '../../lambdas/rest/event.ts'
import { restHandlers } from '../../lambdas/rest/handlers.ts'
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
import { type Database, tableNames } from './backend.ts'
import { dbOf } from './db-client.ts'
import type { Gateway } from './gateway.ts'
import { Invocation, type Outcome } from './invocation.ts'
import { postClientOf } from './post-client.ts'
import type { RunOptions } from './run.ts'
import type { Scheduler } from './scheduler.ts'
import { signingKey } from './signing-key.ts'
import type { SimulatedQueue } from './task-queue.ts'

/** How far the clock of a container may be off. */
const MAX_SKEW_MS = 5000

/** How many containers take turns in handling the invocations. */
const CONTAINERS = 3

/** What the functions use: the models of the other services, and the database. */
interface Environment extends Pick<RunOptions, 'pageSize' | 'weakening' | 'retentionMs'> {
  readonly scheduler: Scheduler
  readonly database: Database
  readonly gateway: Gateway
  readonly queue: SimulatedQueue
}

/** The Lambda functions. Each invocation composes the real handlers, rules and stores again. */
export class Functions {
  readonly #environment: Environment
  readonly #memories = Array.from({ length: CONTAINERS }, newMemory)
  #invocations = 0
  #running = 0

  constructor(environment: Environment) {
    this.#environment = environment
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

  /** Runs an operator's command under the scheduler, like any invocation. */
  operate<T>(work: (deps: Deps) => Promise<T>): Promise<Outcome<T>> {
    return this.#invoke('operator', work)
  }

  async #invoke<T>(route: string, handler: (deps: Deps) => Promise<T>): Promise<Outcome<T>> {
    const { scheduler, weakening } = this.#environment
    if (scheduler.random.chance(scheduler.faults.refused)) {
      scheduler.history.note(`${route} is refused an invocation`)
      scheduler.history.count('invocation refused')
      return { how: 'threw', error: tooManyInvocations() }
    }
    const skewMs = scheduler.random.below(2 * MAX_SKEW_MS) - MAX_SKEW_MS
    const invocation = new Invocation(scheduler, ++this.#invocations, route, skewMs)
    const deps = this.#compose(invocation)
    this.#running++
    const outcome = await invocation.run(() => handler(weakening?.deps?.(deps, invocation) ?? deps))
    this.#running--
    return outcome
  }

  #compose(invocation: Invocation): Deps {
    const { scheduler, database, gateway, queue } = this.#environment
    const report = (error: unknown) =>
      scheduler.history.note(`${invocation.name} reports ${error instanceof Error ? error.message : error}`)
    return {
      ...allStores(dbOf(invocation, database, this.#environment), tableNames),
      secrets: { current: async () => [signingKey] },
      tokenClaims: {},
      admitCall: () => undefined,
      poster: poster(postClientOf(invocation, gateway), report),
      tasks: queue.of(invocation),
      memory: this.#memories[invocation.id % CONTAINERS] ?? newMemory(),
      rates: defaultRates,
      features: allFeatures,
      retentionMs: this.#environment.retentionMs ?? Number.POSITIVE_INFINITY,
      report,
      audit: () => undefined,
      now: () => scheduler.now + invocation.skewMs,
      newId: () => id(scheduler),
    }
  }
}

const anyAddress = { allowedOrigins: [], connectionsPerAddress: 0, site: { secret: '', only: false } }

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Generates ids as long as the product's; the same seed gives the same ids. */
const id = ({ random }: Scheduler) =>
  Array.from({ length: 22 }, () => alphabet[random.below(alphabet.length)]).join('')
