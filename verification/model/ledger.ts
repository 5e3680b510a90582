import type { History } from './history.ts'
import type { Frame } from './receive.ts'
import type { Draft } from './send-queue.ts'

/** An entry of the log as frames and rows show it: a message, or the record that a message was edited. */
export interface SeenEntry {
  readonly seq: number
  readonly sender: string
  /** The content of the message; for an edit, the new content. */
  readonly content: string
  readonly key: string | undefined
  /** The `seq` of the edited message; absent on messages. */
  readonly target?: number
}

export interface Send extends Draft {
  readonly user: string
  /** Connections it was sent over; REST counts as one. */
  readonly via: Set<string>
  acked?: { readonly seq: number; readonly content: string }
}

/** New content for a message, empty to delete it. Each message is edited at most once. */
export interface Edit {
  readonly send: Send
  readonly seq: number
  readonly content: string
  acked: boolean
}

/** Who may see what, and what was sent and acknowledged. Clients write to it, the checker reads it. */
export class Ledger {
  readonly history: History
  /** Participants of each conversation. */
  readonly conversations: ReadonlyMap<string, ReadonlySet<string>>
  readonly sends = new Map<string, Send>()
  readonly edits = new Map<Send, Edit>()
  /** Users whose removal or demotion has begun. */
  readonly dismissing = new Set<string>()
  /** When the removal or demotion was complete. */
  readonly dismissedAt = new Map<string, number>()

  constructor(history: History, conversations: ReadonlyMap<string, ReadonlySet<string>>) {
    this.history = history
    this.conversations = conversations
  }

  isParticipant(user: string, conversation: string): boolean {
    return this.conversations.get(conversation)?.has(user) === true
  }

  /** Records an attempt to send; a retry belongs to the send with the same key. */
  sent(user: string, { conversation, key, content }: Draft, via: string): void {
    const id = `${conversation} ${user} ${key}`
    const send = this.sends.get(id) ?? { user, conversation, key, content, via: new Set<string>() }
    this.sends.set(id, send)
    send.via.add(via)
    this.history.note(`${user} sends ${key} to ${conversation} over ${via}`)
  }

  /** Records an acknowledgement; two acknowledgements of one send must name the same `seq`. */
  acked(user: string, conversation: string, { key, seq, content }: SeenEntry): void {
    const send = this.sends.get(`${conversation} ${user} ${key}`)
    if (!send) return
    this.history.note(`${user} receives the acknowledgement of ${key} in ${conversation}: ${seq}`)
    if (send.acked && send.acked.seq !== seq) {
      const text = `${key} was acknowledged as ${send.acked.seq} and as ${seq}`
      this.history.violate('changed', text, [send.key])
    }
    send.acked = { seq, content }
  }
}

/** Reads an entry of a page, a row, or a push that has the same fields. */
export function toSeenEntry(entry: unknown): SeenEntry {
  const { seq, sender_id, client_message_id, target_seq, message, content } = entry as Frame
  const target = target_seq === undefined ? undefined : Number(target_seq)
  return {
    seq: Number(seq),
    sender: String(sender_id),
    content: String(target === undefined ? content : (message as Frame | undefined)?.['content']),
    key: typeof client_message_id === 'string' ? client_message_id : undefined,
    ...(target === undefined ? {} : { target }),
  }
}
