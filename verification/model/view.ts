import type { Seen } from './record.ts'

/** What one client shows of a conversation: each message once and in order, what came too early waits. */
export class View {
  readonly shown: Seen[] = []
  /** What each message says after all that was shown, by where it stands. */
  readonly words = new Map<number, string>()
  readonly #early = new Map<number, Seen>()

  /** @param careless shows whatever comes, as it comes: a weakening */
  constructor(private readonly careless = false) {}

  get held(): number {
    return this.careless ? Math.max(0, ...this.shown.map(({ seq }) => seq)) : this.shown.length
  }

  /** Something is missing between what is shown and what waits. */
  get hasGap(): boolean {
    return this.#early.size > 0
  }

  take(message: Seen): void {
    if (this.careless) {
      if (!this.shown.some(({ seq }) => seq === message.seq)) this.#show(message)
      return
    }
    if (message.seq > this.held) this.#early.set(message.seq, message)
    for (let next = this.#early.get(this.held + 1); next; next = this.#early.get(this.held + 1)) {
      this.#show(next)
      this.#early.delete(next.seq)
    }
  }

  #show(entry: Seen): void {
    this.shown.push(entry)
    this.words.set(entry.target ?? entry.seq, entry.content)
  }
}
