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
import { allStores } from '../../test/support/all-stores.ts'
import { testKey } from '../../test/support/constants.ts'
import { tableNames } from './backend.ts'
import { type DatabaseSeam, documentsOf } from './database.ts'
import { type Faults, tooManyInvocations } from './faults.ts'
import { Invocation, type Outcome } from './invocation.ts'
import { type Line, postClientOf } from './posts.ts'
import type { Scheduler } from './scheduler.ts'

export interface FunctionsOptions {
  readonly scheduler: Scheduler
  readonly seam: DatabaseSeam
  readonly line: Line
  readonly queueOf: (invocation: Invocation) => TaskQueue
  readonly faults: () => Faults
  /** Clocks of containers differ by up to this much, milliseconds. */
  readonly skew: number
  readonly weaken?: (deps: Deps, invocation: Invocation) => Deps
}

/** The three functions, composed of the real handlers, rules and stores anew for each invocation. */
export class Functions {
  #invocations = 0
  #running = 0

  constructor(private readonly options: FunctionsOptions) {}

  /** Nothing is being handled. */
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

  /** The stores for whoever prepares a run or looks at its end, still under the scheduler. */
  operate<T>(work: (deps: Deps) => Promise<T>): Promise<Outcome<T>> {
    return this.#invoke('operator', work)
  }

  async #invoke<T>(route: string, handler: (deps: Deps) => Promise<T>): Promise<Outcome<T>> {
    const { scheduler, skew, weaken, faults } = this.options
    if (scheduler.random.chance(faults().refused)) {
      scheduler.history.note(`${route} is refused an invocation`)
      scheduler.history.count('invocation refused')
      return { how: 'threw', error: tooManyInvocations() }
    }
    const offset = skew > 0 ? scheduler.random.below(2 * skew) - skew : 0
    const invocation = new Invocation(scheduler, ++this.#invocations, route, offset)
    const deps = this.#compose(invocation)
    this.#running++
    const outcome = await invocation.run(() => handler(weaken?.(deps, invocation) ?? deps))
    this.#running--
    return outcome
  }

  #compose(invocation: Invocation): Deps {
    const { scheduler, seam, line, queueOf, faults } = this.options
    const db = documentsOf(invocation, seam)
    const report = (error: unknown) =>
      scheduler.history.note(`${invocation.name} reports ${error instanceof Error ? error.message : error}`)
    return {
      ...allStores(db, tableNames),
      secrets: { current: async () => [testKey] },
      poster: poster(postClientOf(invocation, line, faults), report),
      tasks: queueOf(invocation),
      rates: defaultRates,
      features: allFeatures,
      report,
      now: () => scheduler.now + invocation.skew,
      newId: () => id(scheduler),
    }
  }
}

const anyAddress = { allowedOrigins: [], connectionsPerAddress: 0 }

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** As long as the product's ids, and the same for the same seed. */
const id = ({ random }: Scheduler) =>
  Array.from({ length: 22 }, () => alphabet[random.below(alphabet.length)]).join('')
