import { randomUUID } from 'node:crypto'
import type { LogEntry } from '../../protocol/model.ts'
import { fromLog } from './events.ts'
import { Feed, type FeedDeps } from './feed.ts'
import { Reading } from './reading.ts'

/** Entries that are shown at once of what was before. */
const HISTORY = 20

/** The open conversation. */
export class Room {
  readonly feed: Feed
  readonly #reading: Reading
  /** The lowest `seq` that was shown. */
  #first = 1
  #sending: Promise<unknown> = Promise.resolve()

  constructor(
    readonly id: string,
    private readonly deps: FeedDeps,
  ) {
    this.#reading = new Reading(id, deps)
    this.feed = new Feed(id, deps, this.#reading)
  }

  /** Tells where the log stands, shows what was said last if somebody looks, and then what follows as it comes. */
  async open(): Promise<void> {
    const { attended, show } = this.deps
    const { messages, last_seq, last_read_seq } = await this.feed.page({ limit: HISTORY })
    show({ type: 'opened', conversation_id: this.id, last_seq, last_read_seq })
    this.#first = last_seq + 1
    if (attended) {
      this.#showEarlier(messages)
      if (last_read_seq < last_seq) this.#reading.reached(last_seq)
    }
    await this.feed.begin(last_seq)
  }

  /** Shows a page of what was before the first entry that was shown. */
  async history(): Promise<void> {
    const { messages } =
      this.#first > 1 ? await this.feed.page({ before: this.#first, limit: HISTORY }) : none
    if (messages.length === 0) this.deps.show({ type: 'nothing', of: 'earlier messages' })
    this.#showEarlier(messages)
  }

  /** Resolves when the message is stored; messages are stored in the order in which they were sent. */
  send(content: string): Promise<void> {
    const sent = this.#sending.then(() => this.#send(content))
    this.#sending = sent.catch(() => undefined)
    return sent
  }

  /** Marks all that was shown as read. */
  async read(): Promise<void> {
    const { type, conversation_id, last_read_seq, unread_count } = await this.#reading.mark(this.feed.held)
    this.deps.show({ type, conversation_id, last_read_seq, unread_count })
  }

  /** The change is an entry of the log and shown as one. */
  async edit(seq: number, content: string): Promise<void> {
    const path = { id: this.id, seq }
    await this.deps.rest.call('PATCH /api/admin/chat/conversations/{id}/messages/{seq}', {
      path,
      body: { content },
    })
    await this.feed.fill()
  }

  /** The change is an entry of the log and shown as one. */
  async delete(seq: number): Promise<void> {
    const path = { id: this.id, seq }
    await this.deps.rest.call('DELETE /api/admin/chat/conversations/{id}/messages/{seq}', { path })
    await this.feed.fill()
  }

  /** Leaves a group for good. */
  async leave(): Promise<void> {
    await this.deps.rest.call('POST /api/admin/chat/conversations/{id}/leave', { path: { id: this.id } })
    this.deps.show({ type: 'left', conversation_id: this.id })
  }

  /** Told to the others, if there is a connection now. */
  typing(isTyping: boolean): void {
    this.deps.session.say({ type: 'typing', conversation_id: this.id, is_typing: isTyping })
  }

  async #send(content: string): Promise<void> {
    const client_message_id = randomUUID()
    const { message } = await this.deps.session.ask('send_message', () => ({
      type: 'send_message',
      conversation_id: this.id,
      message: { content },
      client_message_id,
    }))
    this.feed.take(fromLog(message))
  }

  /** Messages carry their latest words, so that here nothing is news of a change. */
  #showEarlier(entries: readonly LogEntry[]): void {
    this.#first = entries[0]?.seq ?? 1
    for (const entry of entries) if (entry.kind !== 'message_updated') this.deps.show(fromLog(entry).event)
  }
}

const none = { messages: [] } as const
