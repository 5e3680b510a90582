import { afterAll, beforeAll } from 'vitest'
import { type Backend, startBackend } from './backend.ts'
import type { ViolationKind } from './history.ts'
import { ownTime } from './invocation.ts'
import { type Report, type RunOptions, run } from './run.ts'

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
  readonly injected: Map<string, number>
  readonly failures: string[]
  /** Seeds that showed what is known and tolerated, by kind. */
  readonly tolerated: Map<ViolationKind, number[]>
}

/** Runs every seed and adds up; `tolerate` names findings that are known and still open. */
export async function runSeeds(
  backend: Backend,
  seeds: readonly number[],
  options: RunOptions = {},
  tolerate: readonly ViolationKind[] = [],
): Promise<Totals> {
  const totals: Totals = { stored: 0, acked: 0, injected: new Map(), failures: [], tolerated: new Map() }
  let at = 0
  const lane = async () => {
    for (let seed = seeds[at++]; seed !== undefined; seed = seeds[at++]) {
      add(totals, await run(backend, seed, options), tolerate)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return totals
}

function add(totals: Totals, report: Report, tolerate: readonly ViolationKind[]): void {
  const { seed, violations, history, stored, acked } = report
  totals.stored += stored
  totals.acked += acked
  for (const [what, count] of history.counts) {
    totals.injected.set(what, (totals.injected.get(what) ?? 0) + count)
  }
  for (const kind of new Set(violations.map((violation) => violation.kind))) {
    if (tolerate.includes(kind)) totals.tolerated.set(kind, [...(totals.tolerated.get(kind) ?? []), seed])
  }
  const wrong = violations.filter(({ kind }) => !tolerate.includes(kind))
  for (const violation of wrong.slice(0, 2)) {
    totals.failures.push(
      `FAULT_SEED=${seed}: ${violation.kind}: ${violation.text}\n${history.excerpt(violation)}`,
    )
  }
}

export function summary({ stored, acked, injected, failures, tolerated }: Totals, seeds: number): string {
  const faults = [...injected].sort(([, a], [, b]) => b - a).map(([what, count]) => `${count} ${what}`)
  const known = [...tolerated].map(([kind, at]) => `${kind} at seeds ${at.slice(0, 5).join(', ')}`)
  return [
    `${seeds} seeds, ${stored} messages stored, ${acked} acknowledged, ${failures.length} violations`,
    `injected: ${faults.join(', ')}`,
    ...(known.length > 0 ? [`known and open: ${known.join('; ')}`] : []),
  ].join('\n')
}
