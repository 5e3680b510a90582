import { range, timed } from './scenario.ts'

const WARM_UP_PAGES = 10
const PAGES = 50

/** For each kind of page, the milliseconds that each read took. The kinds take turns. */
export async function pageTimes(
  kinds: readonly (() => Promise<unknown>)[],
): Promise<readonly (readonly number[])[]> {
  const times = kinds.map((): number[] => [])
  for (const index of range(WARM_UP_PAGES + PAGES)) {
    for (const [kind, read] of kinds.entries()) {
      const [ms = 0] = await timed(read())
      if (index >= WARM_UP_PAGES) times[kind]?.push(ms)
    }
  }
  return times
}
