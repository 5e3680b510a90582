import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Poster } from '../../lambdas/delivery/poster.ts'

export interface Call {
  readonly name: string
  /** Capacity units as the engine reports them. */
  readonly read: number
  readonly write: number
  /** Position in the longest chain of calls that waited for each other; 1 if it waited for no other call. */
  readonly depth: number
}

interface Tracked {
  readonly name: string
  readonly from: number
  to: number
  units: number
}

interface Capacity {
  readonly CapacityUnits?: number
}

/**
 * Records each call to DynamoDB and each post: the capacity it consumed and the calls it waited for. Calls that are made at
 * the same time also end at the same time. Otherwise, the number of round trips would depend on which of them is faster.
 */
export function meter(db: DynamoDBDocumentClient) {
  let calls: Tracked[] = []
  let tick = 0
  let running = 0
  const waiting: (() => void)[] = []

  async function track<T>(name: string, work: () => Promise<T>, unitsOf: (result: T) => number): Promise<T> {
    const call = { name, from: ++tick, to: Number.POSITIVE_INFINITY, units: 0 }
    calls.push(call)
    running += 1
    try {
      const result = await work()
      call.units = unitsOf(result)
      return result
    } finally {
      await endOfRound()
      call.to = ++tick
    }
  }

  /** Waits for all calls that are under way. */
  async function endOfRound() {
    running -= 1
    if (running > 0) return await new Promise<void>((resolve) => waiting.push(resolve))
    for (const resolve of waiting.splice(0)) resolve()
  }

  db.middlewareStack.add(
    (next, context) => async (args) => {
      const name = String(context['commandName']).replace(/Command$/, '')
      const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' as const }
      return await track(
        name,
        () => next({ ...args, input }),
        ({ output }) => {
          const { ConsumedCapacity } = output as { ConsumedCapacity?: Capacity | Capacity[] }
          return [ConsumedCapacity ?? []]
            .flat()
            .reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)
        },
      )
    },
    { step: 'initialize', name: 'meter' },
  )

  const poster: Poster = {
    post: (connection) =>
      track(
        `post to ${connection}`,
        async () => 'delivered' as const,
        () => 0,
      ),
    close: async () => undefined,
    exists: async () => true,
  }

  return {
    /** Reports every post as delivered, without delay. */
    poster,
    /** Resolves with the calls that a piece of work made. */
    async callsOf(work: () => Promise<unknown>): Promise<readonly Call[]> {
      calls = []
      await work()
      const made = calls
      // In the order in which they began, so that the depth of each call that another waited for is known.
      const depths = new Map<Tracked, number>()
      for (const call of made) {
        const before = made.filter(({ to }) => to < call.from)
        depths.set(call, 1 + Math.max(0, ...before.map((earlier) => depths.get(earlier) ?? 0)))
      }
      return made.map((call) => {
        const reads = /^(Get|BatchGet|Query)/.test(call.name)
        return {
          name: call.name,
          read: reads ? call.units : 0,
          write: reads ? 0 : call.units,
          depth: depths.get(call) ?? 1,
        }
      })
    },
  }
}

export const summary = (calls: readonly Call[]) => ({
  readUnits: calls.reduce((sum, { read }) => sum + read, 0),
  writeUnits: calls.reduce((sum, { write }) => sum + write, 0),
  /** Round trips from the incoming frame to the last post, including that post. */
  roundTrips: Math.max(0, ...calls.filter(({ name }) => name.startsWith('post')).map(({ depth }) => depth)),
})
