/** Milliseconds between two reports that somebody types. */
const EVERY = 3000

/** Tells that somebody is writing a message, seldom, and once that they are not any more. */
export class Typing {
  #on = false
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly tell: (isTyping: boolean) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** A key was pressed. @param line what stands in the editor then */
  changed(line: string): void {
    const isMessage = line.trim() !== '' && !/^\/(?!\/)/.test(line)
    if (!isMessage) this.stopped()
    else if (this.now() - this.#toldAt >= EVERY) {
      this.#toldAt = this.now()
      this.#on = true
      this.tell(true)
    }
  }

  /** The message is sent, or given up. */
  stopped(): void {
    if (this.#on) this.tell(false)
    this.#on = false
  }
}
