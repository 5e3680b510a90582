import type { Random } from '../../model/random.ts'
import { backOff, type Pace } from './pace.ts'

interface Question {
  readonly attempt: () => void
  failures: number
  timer: NodeJS.Timeout
}

/** What waits for an answer. Silence and refusals that may be retried make it be asked again, until it is answered. */
export class Questions {
  readonly #open = new Map<string, Question>()

  constructor(
    private readonly pace: Pace,
    private readonly random: Random,
  ) {}

  /** @param attempt asks, and is called again as long as there is no answer */
  ask(id: string, attempt: () => void): void {
    if (this.#open.has(id)) return
    const question: Question = { attempt, failures: 0, timer: this.#patience(id) }
    this.#open.set(id, question)
    attempt()
  }

  answered(id: string): void {
    clearTimeout(this.#open.get(id)?.timer)
    this.#open.delete(id)
  }

  /** It was refused for now: it is asked again when the server says, or after a pause. */
  refused(id: string, afterMillis?: number): void {
    const question = this.#open.get(id)
    if (!question) return
    clearTimeout(question.timer)
    const pause = (afterMillis ?? 0) + backOff(this.pace, question.failures++, this.random)
    question.timer = setTimeout(() => this.#again(id), pause)
  }

  /** An anonymous failure: it is known whose it was where only one question is open. */
  anonymous(): void {
    const [only, ...others] = this.#open.keys()
    if (only !== undefined && others.length === 0) this.refused(only)
  }

  /** The line is over, and whoever still wants to know asks on the next one. */
  clear(): void {
    for (const { timer } of this.#open.values()) clearTimeout(timer)
    this.#open.clear()
  }

  #again(id: string): void {
    const question = this.#open.get(id)
    if (!question) return
    question.timer = this.#patience(id)
    question.attempt()
  }

  #patience(id: string): NodeJS.Timeout {
    return setTimeout(() => this.#again(id), this.pace.answerWithin * (1 + this.random.next() / 4))
  }
}
