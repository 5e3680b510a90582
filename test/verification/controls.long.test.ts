import { describe, expect, it } from 'vitest'
import { clientControls } from '../../verification/simulator/client-controls.ts'
import { controls } from '../../verification/simulator/controls.ts'
import { run } from '../../verification/simulator/run.ts'
import { useBackend } from './suite.ts'

/** A check that never fails proves nothing, so each bug must be caught within this many runs. */
const MAX_SEEDS = 72
/** A run takes a few seconds beside other tests. The number of runs is the limit, not the time. */
const TIMEOUT_MS = 300_000
/** The first two runs catch most bugs; the rest run in larger batches. */
const FIRST_BATCH = 2
const NEXT_BATCH = 10

const backend = useBackend()

describe('negative controls: the checker catches that', () => {
  it.each([...controls, ...clientControls])(
    '$name',
    { timeout: TIMEOUT_MS },
    async ({ name, by, ...options }) => {
      for (let first = 1, size = FIRST_BATCH; first <= MAX_SEEDS; first += size, size = NEXT_BATCH) {
        const seeds = Array.from({ length: size }, (_, index) => first + index)
        const reports = await Promise.all(seeds.map((seed) => run(backend(), seed, options)))
        for (const { seed, violations } of reports) {
          const caught = violations.find(({ kind }) => by.includes(kind))
          if (!caught) continue
          console.log(`| ${name} | ${caught.kind} | ${seed} | ${caught.text} |`)
          return
        }
      }
      expect.fail(`not caught in ${MAX_SEEDS} runs`)
    },
  )
})
