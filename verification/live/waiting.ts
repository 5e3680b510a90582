import { setTimeout as pause } from 'node:timers/promises'

export { pause }

/** Whether something came true in time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  withinMillis: number,
  everyMillis = 50,
): Promise<boolean> {
  const deadline = Date.now() + withinMillis
  for (;;) {
    if (await condition()) return true
    if (Date.now() > deadline) return false
    await pause(everyMillis)
  }
}

/** Runs all items with so many under way at once. */
export async function inLanes<T>(
  items: Iterable<T>,
  lanes: number,
  run: (item: T, lane: number) => Promise<void>,
): Promise<void> {
  const next = items[Symbol.iterator]()
  const lane = async (number: number) => {
    for (let item = next.next(); !item.done; item = next.next()) await run(item.value, number)
  }
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)))
}

/** 0, 1, 2 … below `end`. */
export const range = (end: number): readonly number[] => Array.from({ length: end }, (_, at) => at)

/** The value below which so large a part of all values lies. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}
