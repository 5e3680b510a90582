import type { Entry } from './events.ts'

/** Sorts entries that arrive in any order, possibly more than once, into the order of the log. */
export class ReorderBuffer {
  /** The last `seq` that was released; undefined until `begin` is called. */
  #lastSeq: number | undefined
  readonly #waiting = new Map<number, Entry>()

  get lastSeq(): number {
    return this.#lastSeq ?? 0
  }

  /** True if an entry is waiting for an earlier one that is missing. */
  get hasGap(): boolean {
    return this.#lastSeq !== undefined && this.#waiting.size > 0
  }

  /** Starts, or restarts, after a `seq`; returns the entries that are ready. */
  begin(after: number): readonly Entry[] {
    this.#lastSeq = after
    for (const seq of this.#waiting.keys()) if (seq <= after) this.#waiting.delete(seq)
    return this.#release()
  }

  /** Adds an entry; returns the entries that are ready, in order. */
  add(entry: Entry): readonly Entry[] {
    if (this.#lastSeq !== undefined && entry.seq <= this.#lastSeq) return []
    this.#waiting.set(entry.seq, entry)
    return this.#release()
  }

  #release(): readonly Entry[] {
    const ready: Entry[] = []
    while (this.#lastSeq !== undefined) {
      const next = this.#waiting.get(this.#lastSeq + 1)
      if (!next) break
      ready.push(next)
      this.#waiting.delete(next.seq)
      this.#lastSeq = next.seq
    }
    return ready
  }
}
