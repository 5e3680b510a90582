import { type Entry, fromLog, type View } from './events.ts'
import { ReadMarker } from './read-marker.ts'
import { ReorderBuffer } from './reorder-buffer.ts'
import type { Rest } from './rest.ts'
import type { Session } from './session.ts'
import type { Timing } from './timing.ts'

const PAGE = 100

export interface FeedDeps extends View {
  readonly session: Session
  readonly rest: Rest
  readonly timing: Timing
  readonly user: string
}

/** Shows the entries of a joined conversation in order and without gaps, whichever way they arrive. */
export class Feed {
  readonly readMarker: ReadMarker
  readonly #conversation: string
  readonly #deps: FeedDeps
  readonly #buffer = new ReorderBuffer()
  #closed = false
  #gapTimer: NodeJS.Timeout | undefined
  #filling: Promise<void> = Promise.resolve()

  constructor(conversation: string, deps: FeedDeps) {
    this.#conversation = conversation
    this.#deps = deps
    this.readMarker = new ReadMarker(conversation, deps)
  }

  /** The last `seq` that was shown. */
  get lastSeq(): number {
    return this.#buffer.lastSeq
  }

  /** Joins the conversation and shows everything after a `seq`. */
  async begin(after: number): Promise<void> {
    this.#show(this.#buffer.begin(after))
    await this.join()
  }

  /** Joins, or rejoins, and shows what was missed. */
  async join(): Promise<void> {
    const { messages, has_more, reset, last_seq } = await this.#deps.session.ask('join_conversation', () => ({
      conversation_id: this.#conversation,
      after_seq: this.lastSeq,
    }))
    if (reset) return this.#restart(last_seq)
    for (const entry of messages ?? []) this.add(fromLog(entry))
    if (has_more) await this.fill()
  }

  /** Adds an entry from a push, the answer to a join, or an acknowledgment. */
  add(entry: Entry): void {
    this.#show(this.#buffer.add(entry))
    if (!this.#buffer.hasGap || this.#gapTimer || this.#closed) return
    this.#gapTimer = setTimeout(() => {
      this.#gapTimer = undefined
      this.settle().catch(this.#deps.refused)
    }, this.#deps.timing.gapMs)
  }

  /** Called when the server has reported the last `seq` of the log. */
  reaches(lastSeq: number): void {
    if (lastSeq > this.lastSeq) this.fill().catch(this.#deps.refused)
  }

  /** Fetches everything after the last shown entry. Calls run one at a time, so each sees all entries stored before it. */
  fill(): Promise<void> {
    this.#filling = this.#filling.catch(() => undefined).then(() => this.#fill())
    return this.#filling
  }

  /** Resolves when no received entry is waiting for a missing one. */
  async settle(): Promise<void> {
    if (this.#buffer.hasGap) await this.fill()
  }

  page(query: Readonly<Record<string, number | string>>) {
    const path = { id: this.#conversation }
    return this.#deps.rest.call('GET /api/admin/chat/conversations/{id}/messages', { path, query })
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#gapTimer)
  }

  async #fill(): Promise<void> {
    for (let more = true; more && !this.#closed; ) {
      const { messages, has_more, reset, last_seq } = await this.page({ after: this.lastSeq, limit: PAGE })
      if (reset) return this.#restart(last_seq)
      for (const entry of messages) this.#show(this.#buffer.add(fromLog(entry)))
      more = has_more
    }
  }

  /** Everything shown so far belongs to a different log. */
  #restart(lastSeq: number): void {
    this.#deps.show({ type: 'reset', conversation_id: this.#conversation })
    this.#show(this.#buffer.begin(lastSeq))
  }

  #show(entries: readonly Entry[]): void {
    if (this.#closed) return
    const { show, interactive, user } = this.#deps
    for (const { event } of entries) show(event)
    const fromOthers = entries.some(
      ({ event }) => event.type === 'message' && event.message.sender_id !== user,
    )
    if (interactive && fromOthers) this.readMarker.reached(this.lastSeq)
  }
}
