import type { History } from './history.ts'
import type { Frame } from './receive.ts'

/** How far the clock of a function may be off. */
const SKEW_MS = 5000
/** An answer arrives within this time after the function has read its clock. */
const ANSWER_MS = 12_000
/** The interval between two pings of a client in use, including the time that it takes to repeat a ping. */
const HEARTBEAT_MS = 75_000
/** In each retention period, a log loses its old entries in this number of steps. */
const STEPS = 24

/** The starts of logs that answers had named before a request was made. */
export interface Asked {
  readonly starts: ReadonlyMap<string, number>
  readonly after?: number
}

/** An answer with a part of a log. */
export interface Page {
  readonly conversation: string
  /** Who received it. */
  readonly name: string
  readonly frame: Frame
  readonly asked: Asked | undefined
}

/** Follows where the logs begin, while old messages are removed. */
export class Retention {
  readonly #history: History
  readonly #retentionMs: number
  readonly #now: () => number
  readonly #starts = new Map<string, number>()
  /** When each start was first in an answer, by `conversation seq`. */
  readonly #answeredAt = new Map<string, number>()

  constructor(history: History, retentionMs: number, now: () => number) {
    this.#history = history
    this.#retentionMs = retentionMs
    this.#now = now
  }

  asked(after?: number): Asked {
    return { starts: new Map(this.#starts), ...(after === undefined ? {} : { after }) }
  }

  /**
   * Notes that an answer names the start of a log. The start may not be before one that was answered before the
   * request.
   */
  started(conversation: string, start: number, name: string, asked: Asked | undefined): void {
    const known = asked?.starts.get(conversation) ?? 1
    if (!(start >= known))
      this.#violate(
        'moved start',
        `${name} got ${start} as the start of ${conversation} after ${known}`,
        name,
      )
    this.#starts.set(conversation, Math.max(start, this.#starts.get(conversation) ?? 1))
    const key = `${conversation} ${start}`
    if (!this.#answeredAt.has(key)) this.#answeredAt.set(key, this.#now())
  }

  /**
   * Checks that a page begins where it should, that it has no hole and no old entry, and that it says `reset` if and
   * only if the client must begin again.
   */
  page({ conversation, name, frame, asked }: Page): void {
    const start = Number(frame['first_seq'])
    this.started(conversation, start, name, asked)
    const messages = (frame['messages'] ?? []) as readonly Frame[]
    const after = asked?.after
    if (after !== undefined) {
      const isDue = after > Number(frame['last_seq']) || after < start - 1
      if ((frame['reset'] === true) !== isDue)
        this.#violate('wrong answer', `${name} got reset ${!isDue} for ${after} of ${conversation}`, name)
    }
    const first = after === undefined ? Number(messages[0]?.['seq']) : Math.max(after, start - 1) + 1
    messages.forEach(({ seq, created_at }, index) => {
      if (after !== undefined && seq !== first + index)
        this.#violate('hole', `${name} got ${seq} of ${conversation} instead of ${first + index}`, name)
      if (Number(seq) < start) this.#violate('expired', `${name} got ${seq} before ${start}`, name)
      if (this.isOld(String(created_at), ANSWER_MS))
        this.#violate('expired', `${name} got ${seq} of ${conversation} of ${created_at}`, name)
    })
  }

  /** Whether an entry is too old to be shown, even if the client read it up to `readMs` ago. */
  isOld(createdAt: string, readMs = HEARTBEAT_MS): boolean {
    const ageMs = this.#now() - Date.parse(createdAt)
    return ageMs > this.#retentionMs * (1 + 1 / STEPS) + SKEW_MS + readMs
  }

  hasExpiredNow(createdAt: string): boolean {
    return this.hasExpired(createdAt, new Date(this.#now()).toISOString())
  }

  /** Whether an entry had expired when another was written, as far as the clocks allow. */
  hasExpired(createdAt: string | undefined, laterAt: string | undefined): boolean {
    return Date.parse(String(laterAt)) - Date.parse(String(createdAt)) > this.#retentionMs - 2 * SKEW_MS
  }

  /** Checks that no entry was missing before it was old enough. */
  checkStarts(conversation: string, times: readonly string[]): void {
    for (const [key, at] of this.#answeredAt) {
      const [id, start] = key.split(' ')
      const createdAt = id === conversation ? times[Number(start) - 2] : undefined
      if (createdAt !== undefined && Date.parse(createdAt) > at + SKEW_MS - this.#retentionMs)
        this.#violate('moved start', `${conversation} began at ${start} too early`, conversation)
    }
  }

  #violate(kind: 'moved start' | 'expired' | 'hole' | 'wrong answer', text: string, about: string): void {
    this.#history.violate(kind, text, [about])
  }
}
