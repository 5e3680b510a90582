import type { Clock } from '../../clock.ts'

export type Dimensions = Readonly<Record<string, string>>

/** The figures that CloudWatch stores for the values of one minute. */
export interface Datapoint {
  readonly count: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
}

/** One metric of one resource. */
export interface Series {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Dimensions
  /** By the beginning of the minute in epoch milliseconds. A minute without values is absent. */
  readonly minutes: ReadonlyMap<number, Datapoint>
}

export const MINUTE_MS = 60_000
const KEPT_MS = 24 * 60 * MINUTE_MS

/**
 * Records the metrics that AWS would send to CloudWatch, if an alarm of the stack uses them, and keeps them for 24
 * hours.
 */
export function createMetrics(clock: Pick<Clock, 'now'>) {
  const all = new Map<string, Series & { readonly minutes: Map<number, Datapoint> }>()
  const seriesOf = (namespace: string, name: string, dimensions: Dimensions) => {
    const key = JSON.stringify([namespace, name, dimensions])
    const found = all.get(key) ?? { namespace, name, dimensions, minutes: new Map() }
    all.set(key, found)
    return found
  }
  return {
    /** Adds a value to the current minute. */
    add(namespace: string, name: string, dimensions: Dimensions, value = 1): void {
      const { minutes } = seriesOf(namespace, name, dimensions)
      const minute = clock.now() - (clock.now() % MINUTE_MS)
      const before = minutes.get(minute)
      minutes.set(minute, {
        count: (before?.count ?? 0) + 1,
        sum: (before?.sum ?? 0) + value,
        minimum: Math.min(before?.minimum ?? value, value),
        maximum: Math.max(before?.maximum ?? value, value),
      })
      if (before) return
      for (const old of minutes.keys()) if (old < minute - KEPT_MS) minutes.delete(old)
    },
    series: (): readonly Series[] => [...all.values()],
  }
}

export type Metrics = ReturnType<typeof createMetrics>
