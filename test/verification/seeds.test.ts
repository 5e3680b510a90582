import { describe, expect, it } from 'vitest'
import { usualFaults } from '../../verification/simulator/faults.ts'
import { type RunOptions, run } from '../../verification/simulator/run.ts'
import { runSeeds, summary, useBackend } from './suite.ts'

const SEEDS = Number(process.env['FAULT_SEEDS'] ?? 200)
const ONLY = process.env['FAULT_SEED']

const backend = useBackend()
const seeds = (count: number) =>
  ONLY === undefined ? Array.from({ length: count }, (_, at) => at + 1) : [Number(ONLY)]

/** Every fault three times as often. */
const rough = {
  ...Object.fromEntries(
    Object.entries(usualFaults).flatMap(([name, rate]) =>
      typeof rate === 'number' ? [[name, 3 * rate]] : [],
    ),
  ),
}

const workloads: readonly (readonly [string, number, RunOptions])[] = [
  ['under the usual faults', SEEDS, {}],
  ['with three times the faults', SEEDS / 20, { faults: rough }],
  ['with pages of one item', SEEDS / 20, { pageSize: 1 }],
]

describe('the real handlers under a seeded scheduler', () => {
  it.each(workloads)('keep every promise %s', { timeout: 3_600_000 }, async (_name, share, options) => {
    const chosen = seeds(Math.ceil(share))
    const totals = await runSeeds(chosen, options)
    console.log(summary(totals, chosen.length))
    expect(totals.failures, totals.failures.slice(0, 3).join('\n\n')).toEqual([])
    expect(totals.stored).toBeGreaterThan(chosen.length)
  })

  it('a seed replays exactly', async () => {
    const [once, again] = await Promise.all([run(backend(), 7), run(backend(), 7), run(backend(), 8)])
    expect(again.history.events).toEqual(once.history.events)
  })
})
