import { afterAll, beforeAll } from 'vitest'
import { type Backend, startBackend } from '../../verification/simulator/backend.ts'
import { ownTime } from '../../verification/simulator/invocation.ts'
import { type Report, type RunOptions, run } from '../../verification/simulator/run.ts'

/** Runs that share the engine: while one waits for an answer, others go on. */
const AT_ONCE = 12

export function useBackend(): () => Backend {
  let backend: Backend | undefined
  let giveTimeBack: () => void = () => undefined
  beforeAll(async () => {
    backend = await startBackend()
    giveTimeBack = ownTime()
  })
  afterAll(async () => {
    giveTimeBack()
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
  changed: number
  readonly injected: Map<string, number>
  readonly failures: string[]
}

/** The engine grows slower with what it holds: so many runs share one. */
const RUNS_AN_ENGINE = 200

/** Runs every seed and adds up. */
export async function runSeeds(seeds: readonly number[], options: RunOptions = {}): Promise<Totals> {
  const totals: Totals = { stored: 0, acked: 0, changed: 0, injected: new Map(), failures: [] }
  for (let at = 0; at < seeds.length; at += RUNS_AN_ENGINE) {
    const backend = await startBackend()
    const waiting = seeds.slice(at, at + RUNS_AN_ENGINE)
    const lane = async () => {
      for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
        add(totals, await run(backend, seed, options))
      }
    }
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, lane))
    } finally {
      await backend.stop()
    }
  }
  return totals
}

function add(totals: Totals, report: Report): void {
  const { seed, violations, history, stored, acked, changed } = report
  totals.stored += stored
  totals.acked += acked
  totals.changed += changed
  for (const [what, count] of history.counts) {
    totals.injected.set(what, (totals.injected.get(what) ?? 0) + count)
  }
  for (const violation of violations.slice(0, 2)) {
    totals.failures.push(
      `FAULT_SEED=${seed}: ${violation.kind}: ${violation.text}\n${history.excerpt(violation)}`,
    )
  }
}

export function summary({ stored, acked, changed, injected, failures }: Totals, seeds: number): string {
  const faults = [...injected].sort(([, a], [, b]) => b - a).map(([what, count]) => `${count} ${what}`)
  return [
    `${seeds} seeds, ${stored} messages stored, ${acked} acknowledged, ${changed} changed, ${failures.length} violations`,
    `injected: ${faults.join(', ')}`,
  ].join('\n')
}
