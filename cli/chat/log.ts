import type { Entry } from './events.ts'

/** Puts what arrives in any order, and more than once, into the order of the log. */
export class Log {
  /** The last `seq` that was given out; nothing before the log's end is known. */
  #held: number | undefined
  readonly #waiting = new Map<number, Entry>()

  get held(): number {
    return this.#held ?? 0
  }

  /** Whether something came that cannot be shown before what is missing. */
  get hasGap(): boolean {
    return this.#held !== undefined && this.#waiting.size > 0
  }

  /** Begins after a `seq`, or begins anew; gives out what came meanwhile. */
  begin(after: number): readonly Entry[] {
    this.#held = after
    for (const seq of this.#waiting.keys()) if (seq <= after) this.#waiting.delete(seq)
    return this.#ready()
  }

  /** Gives out what can be shown now, in order. */
  take(entry: Entry): readonly Entry[] {
    if (this.#held !== undefined && entry.seq <= this.#held) return []
    this.#waiting.set(entry.seq, entry)
    return this.#ready()
  }

  #ready(): readonly Entry[] {
    const ready: Entry[] = []
    while (this.#held !== undefined) {
      const next = this.#waiting.get(this.#held + 1)
      if (!next) break
      ready.push(next)
      this.#waiting.delete(next.seq)
      this.#held = next.seq
    }
    return ready
  }
}
