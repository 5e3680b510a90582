interface Draft {
  readonly conversation: string
  readonly key: string
}

/** Messages to send. At most one per conversation is in flight; the others wait for it. */
export class SendQueue<D extends Draft> {
  readonly #waiting: D[] = []
  readonly #inFlight = new Map<string, D>()

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#inFlight.size === 0
  }

  get inFlight(): readonly D[] {
    return [...this.#inFlight.values()]
  }

  add(draft: D): void {
    this.#waiting.push(draft)
  }

  /** Puts the next message of each idle conversation in flight and returns those messages. */
  advance(): readonly D[] {
    const started: D[] = []
    for (const draft of [...this.#waiting]) {
      if (this.#inFlight.has(draft.conversation)) continue
      this.#inFlight.set(draft.conversation, draft)
      this.#waiting.splice(this.#waiting.indexOf(draft), 1)
      started.push(draft)
    }
    return started
  }

  /** The message with this key, if it is in flight. */
  find(conversation: string, key: string | undefined): D | undefined {
    const draft = this.#inFlight.get(conversation)
    return draft?.key === key ? draft : undefined
  }

  remove({ conversation }: D): void {
    this.#inFlight.delete(conversation)
  }
}
