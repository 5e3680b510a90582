import type { Session } from './session.ts'

interface ReadingDeps {
  readonly session: Session
  refused(error: unknown): void
}

/** Tells the server how far somebody has read; while it does, whatever is read meanwhile becomes one next mark. */
export class Reading {
  #reached = 0
  #marked = 0
  #busy = false

  constructor(
    private readonly conversation: string,
    private readonly deps: ReadingDeps,
  ) {}

  /** Everything up to a `seq` was shown to somebody who looks. */
  reached(seq: number): void {
    this.#reached = Math.max(this.#reached, seq)
    if (!this.#busy) void this.#work()
  }

  /** Resolves with where the cursor stands then. */
  mark(seq: number) {
    return this.deps.session.ask('mark_read', () => ({
      type: 'mark_read',
      conversation_id: this.conversation,
      seq,
    }))
  }

  async #work(): Promise<void> {
    this.#busy = true
    while (this.#marked < this.#reached) {
      this.#marked = this.#reached
      await this.mark(this.#marked).catch(this.deps.refused)
    }
    this.#busy = false
  }
}
