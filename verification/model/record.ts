import type { History } from './history.ts'

/** An entry of the log as any frame shows it: a message, or that one was changed. */
export interface Seen {
  readonly seq: number
  readonly sender: string
  /** What the message says, or says now. */
  readonly content: string
  readonly key: string | undefined
  /** Where the message stands that was changed; absent on messages. */
  readonly target?: number
}

export interface Send {
  readonly user: string
  readonly conversation: string
  readonly key: string
  readonly content: string
  /** The connections it went over; REST counts as one. */
  readonly over: Set<string>
  acked?: { readonly seq: number; readonly content: string }
}

/** Other words for a message, or none; each message gets them once. */
export interface Edit {
  readonly send: Send
  readonly seq: number
  readonly content: string
  acked: boolean
}

/** Who may see what, and what was sent and acknowledged: fed by clients, read by the checker. */
export class Record {
  readonly sends = new Map<string, Send>()
  readonly edits = new Map<Send, Edit>()
  /** Users whose removal, or that of their role, has begun. */
  readonly dismissing = new Set<string>()
  /** When it was done. */
  readonly dismissedAt = new Map<string, number>()

  constructor(
    readonly history: History,
    /** Participants of each conversation. */
    readonly conversations: ReadonlyMap<string, ReadonlySet<string>>,
  ) {}

  send(user: string, conversation: string, key: string, content: string, over: string): Send {
    const id = `${conversation} ${user} ${key}`
    const send = this.sends.get(id) ?? { user, conversation, key, content, over: new Set<string>() }
    this.sends.set(id, send)
    send.over.add(over)
    this.history.note(`${user} sends ${key} to ${conversation} over ${over}`)
    return send
  }

  acked(send: Send, { seq, content }: Seen): void {
    this.history.note(`${send.user} is told that ${send.key} in ${send.conversation} is ${seq}`)
    if (send.acked && send.acked.seq !== seq) {
      this.history.violate('changed', `${send.key} was acknowledged as ${send.acked.seq} and as ${seq}`, [
        send.key,
      ])
    }
    send.acked = { seq, content }
  }

  /** A frame about a conversation reached a connection. */
  reached(user: string, connection: string, conversation: string, what: string): void {
    if (this.conversations.get(conversation)?.has(user)) return
    this.history.violate('leak', `${what} of ${conversation} reached ${user}, who is no participant`, [
      connection,
    ])
  }
}

/** @param entry of a page or a row; a push is given the same fields */
export function toSeen(entry: unknown): Seen {
  const { seq, sender_id, client_message_id, target_seq, message, content } = entry as Fields
  const target = target_seq === undefined ? undefined : Number(target_seq)
  return {
    seq: Number(seq),
    sender: String(sender_id),
    content: String(target === undefined ? content : (message as Fields | undefined)?.['content']),
    key: typeof client_message_id === 'string' ? client_message_id : undefined,
    ...(target === undefined ? {} : { target }),
  }
}

type Fields = { readonly [name: string]: unknown }
