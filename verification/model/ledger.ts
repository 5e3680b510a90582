import type { History } from './history.ts'
import type { Frame } from './receive.ts'
import type { Retention } from './retention.ts'

/** An entry of the log as frames and rows show it: a message, an edit, or a change of participants. */
export interface SeenEntry {
  readonly seq: number
  /** For a change of participants, the user who joined, left or became the owner. */
  readonly sender: string
  /** The content of the message; for an edit, the new content; for a change of participants, its kind. */
  readonly content: string
  readonly key: string | undefined
  /** The `seq` of the edited message; absent on messages. */
  readonly target?: number
}

/** A message as it is sent. */
export interface Draft {
  readonly conversation: string
  readonly key: string
  readonly content: string
}

export interface Send extends Draft {
  readonly user: string
  /** The connections over which the message was sent; REST counts as one connection. */
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

/** A group that users join and leave during a run. */
export interface ChangingGroup {
  /** The owner at the start. */
  readonly owner: string
  /** The participants at the start. */
  readonly participants: ReadonlySet<string>
  /** All users that may become participants. */
  readonly candidates: ReadonlySet<string>
}

/** Who may see what, and what was sent and acknowledged. Clients write to it, the checker reads it. */
export class Ledger {
  readonly history: History
  /** Participants of each conversation whose participants do not change. */
  readonly conversations: ReadonlyMap<string, ReadonlySet<string>>
  readonly groups: ReadonlyMap<string, ChangingGroup>
  /** `group user` → the highest `seq` of the group in any frame that the user received. */
  readonly reached = new Map<string, number>()
  /** The owner of a group that was last shown to any client. */
  owner: string | undefined
  /** `user client_request_id` → the ids of the groups that were returned. */
  readonly created = new Map<string, Set<string>>()
  readonly sends = new Map<string, Send>()
  readonly edits = new Map<Send, Edit>()
  /** Users whose removal or demotion has begun. */
  readonly dismissing = new Set<string>()
  /** When the removal or demotion was complete. */
  readonly dismissedAt = new Map<string, number>()
  /** Set in a run in which old messages are removed. */
  retention: Retention | undefined

  constructor(
    history: History,
    conversations: ReadonlyMap<string, ReadonlySet<string>>,
    groups: ReadonlyMap<string, ChangingGroup> = new Map(),
  ) {
    this.history = history
    this.conversations = conversations
    this.groups = groups
    this.owner = [...groups.values()][0]?.owner
  }

  /** Whether the user is a participant. False for groups, where this depends on the time. */
  isParticipant(user: string, conversation: string): boolean {
    return this.conversations.get(conversation)?.has(user) === true
  }

  /** Records that a frame about an entry of a group reached a user. The checker compares it with the whole log. */
  heard(user: string, group: string, seq: number): void {
    const key = `${group} ${user}`
    this.reached.set(key, Math.max(seq, this.reached.get(key) ?? 0))
  }

  /** Records an attempt to send; a retry belongs to the send with the same key. */
  sent(user: string, { conversation, key, content }: Draft, via: string): void {
    const id = `${conversation} ${user} ${key}`
    const send = this.sends.get(id) ?? { user, conversation, key, content, via: new Set<string>() }
    this.sends.set(id, send)
    send.via.add(via)
    this.history.note(`${user} sends ${key} to ${conversation} over ${via}`)
  }

  /** Records an acknowledgment; two acknowledgments of one send must name the same `seq`. */
  acked(user: string, conversation: string, { key, seq, content }: SeenEntry): void {
    const send = this.sends.get(`${conversation} ${user} ${key}`)
    if (!send) return
    this.history.note(`${user} receives the acknowledgment of ${key} in ${conversation}: ${seq}`)
    if (send.acked && send.acked.seq !== seq) {
      const text = `${key} was acknowledged as ${send.acked.seq} and as ${seq}`
      this.history.violate('changed', text, [send.key])
    }
    send.acked = { seq, content }
  }
}

/** Reads an entry of a page, a row, or a push that has the same fields. */
export function toSeenEntry(entry: unknown): SeenEntry {
  const {
    seq,
    kind,
    type = kind,
    sender_id,
    client_message_id,
    target_seq,
    message,
    content,
  } = entry as Frame
  if (isChange(type))
    return { seq: Number(seq), sender: subjectOf(entry as Frame), content: String(type), key: undefined }
  const target = target_seq === undefined ? undefined : Number(target_seq)
  return {
    seq: Number(seq),
    sender: String(sender_id),
    content: String(target === undefined ? content : (message as Frame | undefined)?.['content']),
    key: typeof client_message_id === 'string' ? client_message_id : undefined,
    ...(target === undefined ? {} : { target }),
  }
}

const isChange = (kind: unknown) => /^(participant_joined|participant_left|owner_changed)$/.test(String(kind))

/** The user who joined, left or became the owner: frames show the user, rows store an id. */
function subjectOf({ kind, sender_id, owner, participant }: Frame): string {
  if (typeof participant === 'object') return String((participant as Frame)['id'])
  return String(kind === 'owner_changed' ? owner : sender_id)
}
