import type { FeedDeps } from './feed.ts'

/**
 * Reports the read cursor, one `mark_read` at a time; the next one covers everything read in the meantime.
 */
export class ReadMarker {
  readonly #conversation: string
  readonly #deps: FeedDeps
  #reached = 0
  #marked = 0
  #busy = false

  constructor(conversation: string, deps: FeedDeps) {
    this.#conversation = conversation
    this.#deps = deps
  }

  /** Called when the user has seen everything up to `seq`. */
  reached(seq: number): void {
    this.#reached = Math.max(this.#reached, seq)
    if (!this.#busy) void this.#work()
  }

  /** Resolves with the new read cursor. */
  mark(seq: number) {
    return this.#deps.session.ask('mark_read', () => ({ conversation_id: this.#conversation, seq }))
  }

  async #work(): Promise<void> {
    this.#busy = true
    while (this.#marked < this.#reached) {
      this.#marked = this.#reached
      await this.mark(this.#marked).catch(this.#deps.refused)
    }
    this.#busy = false
  }
}
