import type { Frame } from './socket.ts'

/** What a chat client shows of one conversation, built from log entries and frames in any order. */
export class Screen {
  readonly #reader: string
  readonly #messages = new Map<number, Frame>()
  /** The `seq` of every entry received so far, of any kind. */
  readonly #seen = new Set<number>()
  /** The `seq` of the entry that last changed each message. */
  readonly #changed = new Map<number, number>()
  readonly #participants = new Map<string, { readonly present: boolean; readonly seq: number }>()
  readonly #cursors = new Map<string, number>()

  constructor(reader: string) {
    this.#reader = reader
  }

  /** Adds an entry from a page of the history or from the answer to a join. */
  entry(entry: Frame): void {
    if (entry['kind'] === 'message') this.#put(entry, entry['seq'])
    else if (entry['kind'] === 'message_updated') this.#put(entry['message'], entry['seq'])
    else this.#change(entry['kind'] === 'participant_joined', entry['participant'], entry['seq'])
    this.#seen.add(entry['seq'])
  }

  /** Adds a push, or the acknowledgment of a message that the reader sent. */
  frame(frame: Frame): void {
    switch (frame['type']) {
      case 'new_message':
      case 'message_sent':
        this.#put(frame['message'], frame['message'].seq)
        this.#seen.add(frame['message'].seq)
        break
      case 'message_updated':
        this.#put(frame['message'], frame['seq'])
        this.#seen.add(frame['seq'])
        break
      case 'participant_joined':
      case 'participant_left':
        this.#change(frame['type'] === 'participant_joined', frame['participant'], frame['seq'])
        this.#seen.add(frame['seq'])
        break
      case 'message_read':
        this.#cursors.set(frame['user_id'], frame['last_read_seq'])
        break
    }
  }

  /** The `seq` up to which no entry is missing. */
  get complete(): number {
    let seq = 0
    while (this.#seen.has(seq + 1)) seq++
    return seq
  }

  /** Messages in order, without the fields that follow from read cursors. */
  get messages(): readonly Frame[] {
    return [...this.#messages.values()]
      .sort((a, b) => a['seq'] - b['seq'])
      .map(({ is_read: _, read_at: __, ...message }) => message)
  }

  /** The users who joined after the group was created and have not left. */
  get participants(): readonly string[] {
    return [...this.#participants].flatMap(([user, { present }]) => (present ? [user] : [])).sort()
  }

  /** The `seq` of each of the reader's messages that all of the others have read. */
  read(others: readonly string[]): readonly number[] {
    const until = Math.min(...others.map((user) => this.#cursors.get(user) ?? 0))
    return [...this.#messages.values()]
      .filter((message) => message['sender_id'] === this.#reader && message['seq'] <= until)
      .map((message) => message['seq'])
      .sort((a, b) => a - b)
  }

  #put(message: Frame, changedBy: number): void {
    const { seq } = message as { seq: number }
    if ((this.#changed.get(seq) ?? 0) > changedBy) return
    this.#changed.set(seq, changedBy)
    this.#messages.set(seq, message)
  }

  #change(present: boolean, { id }: Frame, seq: number): void {
    if ((this.#participants.get(id)?.seq ?? 0) < seq) this.#participants.set(id, { present, seq })
  }
}
