/** Returns a number from 0 up to, but not including, 1. */
type Random = () => number

/** Decides which faults strike, from one random stream for each fault. */
export type Dice = Readonly<ReturnType<typeof createDice>>

export function createDice(seed: number) {
  const streams = new Map<string, Random>()
  const tally = new Map<string, number>()
  const stream = (name: string): Random => {
    const known = streams.get(name)
    if (known) return known
    const made = mulberry32(seed ^ hashOf(name))
    streams.set(name, made)
    return made
  }
  /** Counts a fault. Callers need it only for a fault that does not strike by chance. */
  const count = (fault: string) => void tally.set(fault, (tally.get(fault) ?? 0) + 1)
  return {
    /**
     * Returns the first of these faults that strikes, and counts it. Each fault has its own random stream,
     * which advances whether or not an earlier fault struck, so that switching on one fault does not change
     * when the others strike.
     */
    choose<Fault extends string>(group: string, chances: Readonly<Partial<Record<Fault, number>>>) {
      const faults = Object.keys(chances) as Fault[]
      const [first] = faults.filter((fault) => stream(`${group}.${fault}`)() < (chances[fault] ?? 0))
      if (first !== undefined) count(`${group}.${first}`)
      return first
    },
    /** Returns a whole number from 0 to `max`. */
    upTo: (name: string, max: number) => Math.floor(stream(name)() * (max + 1)),
    count,
    /** How often each fault has struck, by its path in the options, such as `posts.lost`. */
    strikes: (): Readonly<Record<string, number>> => Object.fromEntries(tally),
  }
}

/** A small, fast generator. It is not cryptographically secure, and need not be. */
function mulberry32(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** FNV-1a with a final mix, because names that differ only in their last letter would get related streams. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return (hash ^ (hash >>> 16)) >>> 0
}
