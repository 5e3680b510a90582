import { randomUUID } from 'node:crypto'
import type { LogEntry } from '../../protocol/model.ts'
import { fromLog } from './events.ts'
import { Feed, type FeedDeps } from './feed.ts'

/** How many earlier entries are shown at a time. */
const HISTORY = 20

/** The open conversation. */
export class Room {
  readonly id: string
  readonly feed: Feed
  readonly #deps: FeedDeps
  /** The lowest `seq` that was shown. */
  #first = 1
  #sending: Promise<unknown> = Promise.resolve()

  constructor(id: string, deps: FeedDeps) {
    this.id = id
    this.#deps = deps
    this.feed = new Feed(id, deps)
  }

  /** Shows the state of the log, then its latest messages if interactive, then new entries as they arrive. */
  async open(): Promise<void> {
    const { interactive, show } = this.#deps
    const { messages, last_seq, last_read_seq } = await this.feed.page({ limit: HISTORY, entries: 'all' })
    show({ type: 'opened', conversation_id: this.id, last_seq, last_read_seq })
    this.#first = last_seq + 1
    if (interactive) {
      this.#showEarlier(messages)
      if (last_read_seq < last_seq) this.feed.readMarker.reached(last_seq)
    }
    await this.feed.begin(last_seq)
  }

  /** Shows one page of entries before the first one shown so far. */
  async history(): Promise<void> {
    const before = this.#first
    const messages = before > 1 ? (await this.feed.page({ before, limit: HISTORY })).messages : []
    if (messages.length === 0) this.#deps.show({ type: 'nothing', of: 'earlier messages' })
    this.#showEarlier(messages)
  }

  /** Resolves when the message is stored. Messages are stored in the order of the calls. */
  send(content: string): Promise<void> {
    const sent = this.#sending.then(() => this.#send(content))
    this.#sending = sent.catch(() => undefined)
    return sent
  }

  /** Marks everything that was shown as read. */
  async read(): Promise<void> {
    this.#deps.show(await this.feed.readMarker.mark(this.feed.lastSeq))
  }

  /** Edits a message; the change arrives, and is shown, as an entry of the log. */
  async edit(seq: number, content: string): Promise<void> {
    const input = { path: { id: this.id, seq }, body: { content } }
    await this.#deps.rest.call('PATCH /api/admin/chat/conversations/{id}/messages/{seq}', input)
    await this.feed.fill()
  }

  /** Deletes a message; the change arrives, and is shown, as an entry of the log. */
  async delete(seq: number): Promise<void> {
    const path = { id: this.id, seq }
    await this.#deps.rest.call('DELETE /api/admin/chat/conversations/{id}/messages/{seq}', { path })
    await this.feed.fill()
  }

  /** Leaves a group for good. */
  async leave(): Promise<void> {
    await this.#deps.rest.call('POST /api/admin/chat/conversations/{id}/leave', { path: { id: this.id } })
    this.#deps.show({ type: 'left', conversation_id: this.id })
  }

  /** Notifies the other participants; does nothing while disconnected. */
  typing(isTyping: boolean): void {
    this.#deps.session.send({ type: 'typing', conversation_id: this.id, is_typing: isTyping })
  }

  async #send(content: string): Promise<void> {
    const client_message_id = randomUUID()
    const { message } = await this.#deps.session.ask('send_message', () => ({
      conversation_id: this.id,
      message: { content },
      client_message_id,
    }))
    this.feed.add(fromLog(message))
  }

  /** Messages in a page already have their latest content, so `message_updated` entries are skipped. */
  #showEarlier(entries: readonly LogEntry[]): void {
    this.#first = entries[0]?.seq ?? 1
    for (const entry of entries) if (entry.kind !== 'message_updated') this.#deps.show(fromLog(entry).event)
  }
}
