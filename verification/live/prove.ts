import { History } from '../model/history.ts'
import { Random } from '../model/random.ts'
import { progressOf } from './progress.ts'
import type { Outcome } from './report.ts'
import type { Scenario } from './trial.ts'

/** Runs one scenario. An exception counts as a failure. */
export async function prove(
  { name, promise, run }: Scenario,
  sizes: Readonly<Record<string, number>>,
  seed: number,
): Promise<Outcome> {
  const history = new History()
  const began = Date.now()
  history.useClock(() => Date.now() - began)
  const figures: string[] = []
  const failures: string[] = []
  const progress = progressOf(name)
  try {
    await run({
      seed,
      sizes,
      history,
      random: new Random(seed),
      progress: progress.show,
      figure: (text) => figures.push(text),
      fail: (text) => failures.push(text),
    })
  } catch (error) {
    failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  progress.end()
  return { name, promise, sizes, seed, figures, failures, history, seconds: (Date.now() - began) / 1000 }
}
