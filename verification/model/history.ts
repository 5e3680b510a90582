export interface HistoryEvent {
  /** Milliseconds since the run began. */
  readonly at: number
  readonly text: string
}

export type ViolationKind =
  | 'lost'
  | 'stored twice'
  | 'hole'
  | 'changed'
  | 'unseen'
  | 'disorder'
  | 'leak'
  | 'echo'
  | 'ghost row'
  | 'missing row'
  | 'stale expiry'
  | 'false answer'
  | 'false presence'
  | 'read without consistency'
  | 'stuck'

export interface Violation {
  readonly kind: ViolationKind
  readonly text: string
  /** Words that find what led to it in the history. */
  readonly about: readonly string[]
}

/** The one recorder: everything that happened, in order, and what was seen to be wrong on the way. */
export class History {
  readonly events: HistoryEvent[] = []
  readonly violations: Violation[] = []
  readonly counts = new Map<string, number>()
  #clock: () => number = () => 0

  useClock(clock: () => number): void {
    this.#clock = clock
  }

  note(text: string): void {
    this.events.push({ at: this.#clock(), text })
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1)
  }

  violate(kind: ViolationKind, text: string, about: readonly string[] = []): void {
    if (this.violations.some((known) => known.kind === kind && known.text === text)) return
    this.violations.push({ kind, text, about })
    this.note(`VIOLATION ${kind}: ${text}`)
  }

  /** The last events that concern a violation. */
  excerpt({ about }: Violation, most = 40): string {
    const relevant = this.events.filter(({ text }) => about.every((word) => text.includes(word)))
    return relevant
      .slice(-most)
      .map(({ at, text }) => `${String(at).padStart(8)} ms  ${text}`)
      .join('\n')
  }
}
