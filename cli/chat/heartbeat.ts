interface HeartbeatOptions {
  /** Each ping is up to 10 % early, so that clients do not ping in step. */
  readonly intervalMs: number
  ping(): void
  /** Two pings had no answer: the connection is dead, whatever the socket's state says. */
  dead(): void
}

/** Pings at an interval and detects a dead connection. */
export class Heartbeat {
  readonly #options: HeartbeatOptions
  #timer: NodeJS.Timeout | undefined
  #unanswered = 0

  constructor(options: HeartbeatOptions) {
    this.#options = options
  }

  start(): void {
    this.stop()
    this.#schedule()
  }

  answered(): void {
    this.#unanswered = 0
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#unanswered = 0
  }

  #schedule(): void {
    this.#timer = setTimeout(() => this.#beat(), this.#options.intervalMs * (1 - Math.random() / 10))
  }

  #beat(): void {
    if (this.#unanswered >= 2) {
      this.#options.dead()
      return
    }
    this.#unanswered++
    this.#options.ping()
    this.#schedule()
  }
}
