import { afterAll, beforeAll } from 'vitest'
import { type Backend, startBackend } from '../../verification/simulator/backend.ts'
import { virtualizeGlobals } from '../../verification/simulator/invocation.ts'
import { type Report, type RunOptions, run } from '../../verification/simulator/run.ts'

/** Runs that share the engine: while one waits for an answer, the others continue. */
const PARALLEL_RUNS = 12

/** Starts an engine before the tests of a file and stops it afterwards. */
export function useBackend(): () => Backend {
  let backend: Backend | undefined
  let restoreGlobals: () => void = () => undefined
  beforeAll(async () => {
    backend = await startBackend()
    restoreGlobals = virtualizeGlobals()
  })
  afterAll(async () => {
    restoreGlobals()
    await backend?.stop()
  })
  return () => {
    if (!backend) throw new Error('the engine has not started')
    return backend
  }
}

export interface Totals {
  stored: number
  acked: number
  edited: number
  readonly injected: Map<string, number>
  readonly failures: string[]
}

/** The engine slows down as its tables grow, so it is replaced after this many runs. */
const RUNS_PER_ENGINE = 200

/** Runs every seed and adds up the results. */
export async function runSeeds(seeds: readonly number[], options: RunOptions = {}): Promise<Totals> {
  const totals: Totals = { stored: 0, acked: 0, edited: 0, injected: new Map(), failures: [] }
  for (let at = 0; at < seeds.length; at += RUNS_PER_ENGINE) {
    const backend = await startBackend()
    const waiting = seeds.slice(at, at + RUNS_PER_ENGINE)
    const lane = async () => {
      for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
        add(totals, await run(backend, seed, options))
      }
    }
    try {
      await Promise.all(Array.from({ length: PARALLEL_RUNS }, lane))
    } finally {
      await backend.stop()
    }
  }
  return totals
}

function add(totals: Totals, report: Report): void {
  const { seed, violations, history, stored, acked, edited } = report
  totals.stored += stored
  totals.acked += acked
  totals.edited += edited
  for (const [fault, count] of history.counts) {
    totals.injected.set(fault, (totals.injected.get(fault) ?? 0) + count)
  }
  for (const violation of violations.slice(0, 2)) {
    totals.failures.push(
      `FAULT_SEED=${seed}: ${violation.kind}: ${violation.text}\n${history.excerpt(violation)}`,
    )
  }
}

export function summary({ stored, acked, edited, injected, failures }: Totals, seeds: number): string {
  const faults = [...injected].sort(([, a], [, b]) => b - a).map(([fault, count]) => `${count} ${fault}`)
  return [
    `${seeds} seeds, ${stored} messages stored, ${acked} acknowledged, ${edited} edited, ${failures.length} violations`,
    `injected: ${faults.join(', ')}`,
  ].join('\n')
}
