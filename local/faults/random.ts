/** From 0 to below 1. */
export type Random = () => number

/** What befalls an event, drawn from one stream for each kind of fault. */
export interface Dice {
  /**
   * The first of these faults that strikes, counted in the tally. Each draws from a stream of its own whether or not
   * one before it struck, so that switching one on leaves the decisions of the others as they were.
   */
  choose<Fault extends string>(
    group: string,
    chances: Readonly<Partial<Record<Fault, number>>>,
  ): Fault | undefined
  /** A whole number from 0 to `most`. */
  upTo(stream: string, most: number): number
  /** Counts a fault that strikes by another rule than chance. */
  count(fault: string): void
  /** How often each fault struck, by its path in the options. */
  strikes(): Readonly<Record<string, number>>
}

export function createDice(seed: number): Dice {
  const streams = new Map<string, Random>()
  const tally = new Map<string, number>()
  const stream = (name: string): Random => {
    const known = streams.get(name)
    if (known) return known
    const made = mulberry32(seed ^ hashOf(name))
    streams.set(name, made)
    return made
  }
  const count = (fault: string) => void tally.set(fault, (tally.get(fault) ?? 0) + 1)
  return {
    choose<Fault extends string>(group: string, chances: Readonly<Partial<Record<Fault, number>>>) {
      const faults = Object.keys(chances) as Fault[]
      const [first] = faults.filter((fault) => stream(`${group}.${fault}`)() < (chances[fault] ?? 0))
      if (first !== undefined) count(`${group}.${first}`)
      return first
    },
    upTo: (name, most) => Math.floor(stream(name)() * (most + 1)),
    count,
    strikes: () => Object.fromEntries(tally),
  }
}

/** Small, quick and good enough to choose by; nothing here is secret. */
function mulberry32(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** FNV-1a, and mixed once more: names that differ in their last letter shall not give related streams. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return (hash ^ (hash >>> 16)) >>> 0
}
