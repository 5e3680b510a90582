const INTERVAL_MS = 3000

/** Reports that the user is typing, at most once per interval, and once when the user stops. */
export class Typing {
  readonly #report: (isTyping: boolean) => void
  readonly #now: () => number
  #on = false
  #reportedAt = Number.NEGATIVE_INFINITY

  constructor(report: (isTyping: boolean) => void, now: () => number = Date.now) {
    this.#report = report
    this.#now = now
  }

  /** Call it after each key press with the text in the editor. */
  changed(line: string): void {
    const isMessage = line.trim() !== '' && !/^\/(?!\/)/.test(line)
    if (!isMessage) this.stopped()
    else if (this.#now() - this.#reportedAt >= INTERVAL_MS) {
      this.#reportedAt = this.#now()
      this.#on = true
      this.#report(true)
    }
  }

  /** Call it when the message is sent or discarded. */
  stopped(): void {
    if (this.#on) this.#report(false)
    this.#on = false
  }
}
