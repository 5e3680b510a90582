import type { Frame } from './socket.ts'

/** What a chat screen shows of one conversation, built from entries and frames in whatever order they come. */
export class Screen {
  readonly #messages = new Map<number, Frame>()
  /** Where something is known to stand, whatever its kind. */
  readonly #seen = new Set<number>()
  /** Of each message, the entry by which its words were last changed. */
  readonly #changed = new Map<number, number>()
  readonly #participants = new Map<string, { readonly here: boolean; readonly seq: number }>()
  readonly #cursors = new Map<string, number>()

  constructor(private readonly reader: string) {}

  /** An entry of a page: of the history, or of the answer to a join. */
  entry(entry: Frame): void {
    if (entry['kind'] === 'message') this.#put(entry, entry['seq'])
    else if (entry['kind'] === 'message_updated') this.#put(entry['message'], entry['seq'])
    else this.#change(entry['kind'] === 'participant_joined', entry['participant'], entry['seq'])
    this.#seen.add(entry['seq'])
  }

  /** A frame that was pushed, or the acknowledgement of an own message. */
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

  /** Up to which `seq` nothing is missing. */
  get complete(): number {
    let seq = 0
    while (this.#seen.has(seq + 1)) seq++
    return seq
  }

  /** Messages in order, without what a cursor tells. */
  get messages(): readonly Frame[] {
    return [...this.#messages.values()]
      .sort((a, b) => a['seq'] - b['seq'])
      .map(({ is_read: _, read_at: __, ...message }) => message)
  }

  /** Who came and went. */
  get participants(): readonly string[] {
    return [...this.#participants].flatMap(([user, { here }]) => (here ? [user] : [])).sort()
  }

  /** Which of the reader's own messages everybody else here has read. */
  read(others: readonly string[]): readonly number[] {
    const until = Math.min(...others.map((user) => this.#cursors.get(user) ?? 0))
    return [...this.#messages.values()]
      .filter((message) => message['sender_id'] === this.reader && message['seq'] <= until)
      .map((message) => message['seq'])
      .sort((a, b) => a - b)
  }

  #put(message: Frame, changedBy: number): void {
    const { seq } = message as { seq: number }
    if ((this.#changed.get(seq) ?? 0) > changedBy) return
    this.#changed.set(seq, changedBy)
    this.#messages.set(seq, message)
  }

  #change(here: boolean, { id }: Frame, seq: number): void {
    if ((this.#participants.get(id)?.seq ?? 0) < seq) this.#participants.set(id, { here, seq })
  }
}
