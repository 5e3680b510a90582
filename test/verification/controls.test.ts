import { describe, expect, it } from 'vitest'
import { controls } from '../../verification/simulator/controls.ts'
import { run } from '../../verification/simulator/run.ts'
import { useBackend } from './suite.ts'

/** A proof that never failed proves nothing: each of these must be noticed within so many runs. */
const MOST_SEEDS = 72
/** Most are noticed at once, the others need more. */
const FEW = 2
const MANY = 10

const backend = useBackend()

describe('negative controls: the suite notices when', () => {
  it.each(controls)('$name', { timeout: 120_000 }, async ({ name, by, ...options }) => {
    for (let first = 1, size = FEW; first <= MOST_SEEDS; first += size, size = MANY) {
      const seeds = Array.from({ length: size }, (_, at) => first + at)
      const reports = await Promise.all(seeds.map((seed) => run(backend(), seed, options)))
      for (const { seed, violations } of reports) {
        const caught = violations.find(({ kind }) => by.includes(kind))
        if (!caught) continue
        console.log(`| ${name} | ${caught.kind} | ${seed} | ${caught.text} |`)
        return
      }
    }
    expect.fail(`nothing was noticed in ${MOST_SEEDS} runs`)
  })
})
