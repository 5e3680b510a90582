import type { SeenEntry } from './ledger.ts'

/** What one client shows of a conversation: every entry once, in order. Entries that arrive early wait. */
export class View {
  readonly shown: SeenEntry[] = []
  /** The current content of each message by `seq`, after all edits shown so far. */
  readonly contents = new Map<number, string>()
  readonly #early = new Map<number, SeenEntry>()
  readonly #careless: boolean

  /** @param careless shows entries in order of arrival: a deliberate bug, which the checker must catch */
  constructor(careless = false) {
    this.#careless = careless
  }

  /** The last `seq` up to which everything is shown. */
  get held(): number {
    return this.#careless ? Math.max(0, ...this.shown.map(({ seq }) => seq)) : this.shown.length
  }

  /** True while an entry waits for an earlier one. */
  get hasGap(): boolean {
    return this.#early.size > 0
  }

  take(entry: SeenEntry): void {
    if (this.#careless) {
      if (!this.shown.some(({ seq }) => seq === entry.seq)) this.#show(entry)
      return
    }
    if (entry.seq > this.held) this.#early.set(entry.seq, entry)
    for (let next = this.#early.get(this.held + 1); next; next = this.#early.get(this.held + 1)) {
      this.#show(next)
      this.#early.delete(next.seq)
    }
  }

  #show(entry: SeenEntry): void {
    this.shown.push(entry)
    this.contents.set(entry.target ?? entry.seq, entry.content)
  }
}
