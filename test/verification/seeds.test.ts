import { describe, it } from 'vitest'
import { expiring } from '../../verification/simulator/expire-timer.ts'
import { multiplied } from '../../verification/simulator/fault-rates.ts'
import { type RunOptions, run } from '../../verification/simulator/run.ts'
import { runSeeds, summary, useBackend } from './suite.ts'

/** `npm run test:faults` runs 2,000. */
const SEEDS = Number(process.env['FAULT_SEEDS'] ?? 4)
/** Replays a single seed. */
const ONLY_SEED = process.env['FAULT_SEED']

const backend = useBackend()
const seeds = (count: number) =>
  ONLY_SEED === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(ONLY_SEED)]

const workloads: readonly (readonly [string, number, RunOptions])[] = [
  ['under the usual faults', SEEDS, {}],
  ['with three times the faults', SEEDS / 20, { faults: multiplied(3) }],
  ['with pages of one item', SEEDS / 20, { pageSize: 1 }],
  ['[RETAIN-1] to [RETAIN-7] while messages expire', SEEDS / 8, expiring],
]

const timeout = 3_600_000

// All at once: while one run waits for the engine, the others continue.
describe.concurrent('the real handlers under the seeded scheduler', { timeout }, () => {
  it.for(workloads)('keep every guarantee %s', async ([_name, share, options], { expect }) => {
    const chosen = seeds(Math.ceil(share))
    const totals = await runSeeds(chosen, options)
    console.log(summary(totals, chosen.length))
    expect(totals.failures, totals.failures.slice(0, 3).join('\n\n')).toEqual([])
    expect(totals.stored).toBeGreaterThan(chosen.length)
  })

  it('a seed always gives the same run', async ({ expect }) => {
    const [first, second] = await Promise.all([run(backend(), 7), run(backend(), 7), run(backend(), 8)])
    expect(second.history.events).toEqual(first.history.events)
  })
})
