/** Beats at an interval, and notices when nothing answers. */
export class Heart {
  #timer: NodeJS.Timeout | undefined
  #unanswered = 0

  constructor(
    /** Milliseconds; each beat is up to a tenth earlier, so that clients do not beat in step. */
    private readonly interval: number,
    private readonly beat: () => void,
    /** Two beats had no answer: the line is dead, whatever the socket says. */
    private readonly died: () => void,
  ) {}

  start(): void {
    this.stop()
    this.#next()
  }

  answered(): void {
    this.#unanswered = 0
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#unanswered = 0
  }

  #next(): void {
    this.#timer = setTimeout(() => this.#due(), this.interval * (1 - Math.random() / 10))
  }

  #due(): void {
    if (this.#unanswered >= 2) {
      this.died()
      return
    }
    this.#unanswered++
    this.beat()
    this.#next()
  }
}
