import type { DataOf } from '../../protocol/endpoints.ts'
import { type ChatEvent, type Entry, fromLog } from './events.ts'
import { Log } from './log.ts'
import type { Reading } from './reading.ts'
import type { Rest } from './rest.ts'
import type { Session } from './session.ts'

const PAGE = 100

type Page = DataOf<'GET /api/admin/chat/conversations/{id}/messages'>

export interface FeedDeps {
  readonly session: Session
  readonly rest: Rest
  readonly user: string
  /** Somebody is looking: what is shown counts as read, and opening a conversation shows what was said last. */
  readonly attended: boolean
  /** Milliseconds that a gap may last before it is asked for. */
  readonly gap: number
  show(event: ChatEvent): void
  /** Something that nobody waits for was refused. */
  refused(error: unknown): void
}

/** Shows the entries of a joined conversation in order and without holes, however they come. */
export class Feed {
  readonly #log = new Log()
  #closed = false
  #gapTimer: NodeJS.Timeout | undefined
  #filling: Promise<void> = Promise.resolve()

  constructor(
    readonly conversation: string,
    private readonly deps: FeedDeps,
    private readonly reading: Reading,
  ) {}

  /** The last `seq` that was shown. */
  get held(): number {
    return this.#log.held
  }

  /** Shows what follows a `seq`. */
  async begin(after: number): Promise<void> {
    this.#show(this.#log.begin(after))
    await this.join()
  }

  /** Joins, or joins again, and takes what was missed. */
  async join(): Promise<void> {
    const { messages, has_more, reset, last_seq } = await this.deps.session.ask('join_conversation', () => ({
      type: 'join_conversation',
      conversation_id: this.conversation,
      after_seq: this.held,
    }))
    if (reset) return this.#restart(last_seq)
    for (const entry of messages ?? []) this.take(fromLog(entry))
    if (has_more) await this.fill()
  }

  /** An entry came. */
  take(entry: Entry): void {
    this.#show(this.#log.take(entry))
    if (!this.#log.hasGap || this.#gapTimer || this.#closed) return
    this.#gapTimer = setTimeout(() => {
      this.#gapTimer = undefined
      this.settle().catch(this.deps.refused)
    }, this.deps.gap)
  }

  /** The server says how far the log goes. */
  reaches(lastSeq: number): void {
    if (lastSeq > this.held) this.fill().catch(this.deps.refused)
  }

  /** Asks for all that follows what is held; one call after the other, so that each sees what was there when it began. */
  fill(): Promise<void> {
    this.#filling = this.#filling.catch(() => undefined).then(() => this.#fill())
    return this.#filling
  }

  /** Resolves when nothing that came waits for what is missing before it. */
  async settle(): Promise<void> {
    if (this.#log.hasGap) await this.fill()
  }

  page(query: Readonly<Record<string, number>>): Promise<Page> {
    const path = { id: this.conversation }
    return this.deps.rest.call('GET /api/admin/chat/conversations/{id}/messages', { path, query })
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#gapTimer)
  }

  async #fill(): Promise<void> {
    for (let more = true; more && !this.#closed; ) {
      const { messages, has_more, reset, last_seq } = await this.page({ after: this.held, limit: PAGE })
      if (reset) return this.#restart(last_seq)
      for (const entry of messages) this.#show(this.#log.take(fromLog(entry)))
      more = has_more
    }
  }

  /** What was held is of another log. */
  #restart(lastSeq: number): void {
    this.deps.show({ type: 'reset', conversation_id: this.conversation })
    this.#show(this.#log.begin(lastSeq))
  }

  #show(entries: readonly Entry[]): void {
    if (this.#closed) return
    const { show, attended, user } = this.deps
    for (const { event } of entries) show(event)
    const news = entries.some(({ event }) => event.type === 'message' && event.message.sender_id !== user)
    if (attended && news) this.reading.reached(this.held)
  }
}
