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
  | 'out of order'
  | 'expired'
  | 'moved start'
  | 'leak'
  | 'echo'
  | 'ghost row'
  | 'missing row'
  | 'wrong participants'
  | 'wrong owner'
  | 'wrong list'
  | 'stale expiry'
  | 'wrong answer'
  | 'stale list'
  | 'wrong presence'
  | 'inconsistent read'
  | 'unfinished work'
  | 'stuck'

export interface Violation {
  readonly kind: ViolationKind
  readonly text: string
  /** Search terms for the events that led to the violation. */
  readonly about: readonly string[]
}

/** Records every event of a run in order, and the violations found on the way. */
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

  /** The last events that mention all search terms of a violation. */
  excerpt({ about }: Violation, maxEvents = 40): string {
    const relevant = this.events.filter(({ text }) => about.every((term) => text.includes(term)))
    return relevant
      .slice(-maxEvents)
      .map(({ at, text }) => `${String(at).padStart(8)} ms  ${text}`)
      .join('\n')
  }
}
