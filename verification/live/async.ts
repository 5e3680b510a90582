import { setTimeout as pause } from 'node:timers/promises'

export { pause }

/** Polls a condition and returns whether it became true in time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  intervalMs = 50,
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    if (await condition()) return true
    if (Date.now() > deadline) return false
    await pause(intervalMs)
  }
}

/** Runs a function on every item, in a number of parallel lanes. */
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

/** Returns the integers from 0 up to, but not including, `end`. */
export const range = (end: number): readonly number[] => Array.from({ length: end }, (_, index) => index)
