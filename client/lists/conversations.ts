import type { Core } from '../core.ts'
import type { Api } from '../rest/api.ts'
import type { Readable } from '../types.ts'
import type { Conversation, Person, ServerFrame, ServerFrameOf } from '../wire.ts'
import { createList } from './list.ts'
import { type Pushed, pushedBy } from './pushed.ts'

const PAGE_LIMIT = 50
/** Counting stops here, as on the server. */
const MAX_UNREAD = 100

export interface Conversations {
  /**
   * Pushes change the last message, the `seq`, the time and the count. Everything else is as old as the reading of the
   * list: `is_read` of the last message, and the presence of participants.
   */
  readonly list: Readable<{ readonly items: readonly Conversation[]; readonly hasMore: boolean }>
  /** Loads the next page. */
  more(): Promise<void>
  find(id: string): Conversation | undefined
  /** A conversation from an answer over REST. */
  put(conversation: Conversation): void
  remove(id: string): void
  /** An open room has a newer count. */
  setUnread(id: string, unread: number): void
  stop(): void
}

/** The user's conversations. */
export function createConversations(
  core: Core,
  { listConversations }: Pick<Api, 'listConversations'>,
): Conversations {
  const list = createList<Conversation>(core, {
    key: 'list',
    least: 1,
    async readPage(cursor) {
      // The page will include them.
      if (!cursor) early.clear()
      const page = await listConversations({ limit: PAGE_LIMIT, cursor })
      return { items: page.conversations, cursor: page.cursor }
    },
    timeOf: (conversation) => conversation.updated_at,
    merge,
    toStore: withoutPresence,
  })
  const { find, put, remove, doubt } = list
  /** What was pushed before what precedes it, by conversation and `seq`. */
  const early = new Map<string, Pushed>()
  /** How far the user has read each conversation, as far as known. */
  const readSeqs = new Map<string, number>()
  const readSeqOf = (id: string) => readSeqs.get(id) ?? 0

  /** An older view than the one that is held changes nothing. */
  function merge(fresh: Conversation, held: Conversation | undefined): Conversation {
    const { id, last_seq, unread_count } = fresh
    if (held && last_seq < held.last_seq) return held
    // A count from before the user has read further is too high.
    const unreadAtMost = Math.max(0, last_seq - readSeqOf(id))
    return withEarly({ ...fresh, unread_count: Math.min(unread_count, unreadAtMost) })
  }

  /** Applies what was waiting for this state of the conversation. */
  function withEarly(conversation: Conversation): Conversation {
    const key = `${conversation.id} ${conversation.last_seq + 1}`
    const next = early.get(key)
    early.delete(key)
    return next ? withEarly(withPushed(conversation, next)) : conversation
  }

  function withPushed(conversation: Conversation, { seq, message, unread }: Pushed): Conversation {
    if (!message) return conversation
    const { id, last_message, unread_count } = conversation
    const isNew = message.seq === seq && message.sender_id !== core.user.getSnapshot()
    const count = unread ?? Math.min(MAX_UNREAD, unread_count + Number(isNew))
    // The deleted message may have been unread.
    if (message.deleted_at && unread_count) doubt()
    return {
      ...conversation,
      last_seq: seq,
      last_message:
        message.seq < (last_message?.seq ?? 0) ? last_message : { ...message, timestamp: message.created_at },
      unread_count: seq > readSeqOf(id) ? count : unread_count,
      updated_at: message.deleted_at ?? message.edited_at ?? message.created_at,
    }
  }

  function onPushed(id: string, pushed: Pushed): void {
    const held = find(id)
    if (held && pushed.message && held.last_seq < pushed.seq) {
      early.set(`${id} ${pushed.seq}`, pushed)
      put(withEarly(held))
    }
    expectSeq(id, pushed.seq)
  }

  /** The log of a conversation has reached a `seq`: other pushes will tell the rest, or the list must be read. */
  function expectSeq(id: string, seq: number): void {
    doubt(() => (find(id)?.last_seq ?? -1) < seq)
  }

  /** The user has read on some device. */
  function onRead({
    conversation_id: id,
    last_read_seq,
    unread_count: unread = 0,
    ...frame
  }: ServerFrameOf<'message_read' | 'marked_read'>): void {
    const held = find(id)
    if (!held || last_read_seq <= readSeqOf(id)) return
    readSeqs.set(id, last_read_seq)
    // The count may not include what was pushed at the same time.
    const isOlder = 'read_at' in frame && held.updated_at < frame.read_at
    if (last_read_seq >= held.last_seq ? unread === 0 : isOlder) put({ ...held, unread_count: unread })
    else doubt()
  }

  function onFrame(frame: ServerFrame): void {
    if (frame.type === 'conversation_added') putFresh(frame.conversation)
    else if (frame.type === 'conversation_removed') remove(frame.conversation_id)
    else if ('invitation_id' in frame) remove(frame.invitation_id)
    else if (frame.type !== 'invitation_sent') return onUpdate(frame)
    // Such pushes are rare, and they may have arrived in the wrong order.
    doubt()
  }

  function onUpdate(frame: ServerFrame): void {
    if (frame.type === 'pong') {
      for (const [id, seq] of Object.entries(frame.heads)) if (find(id)) expectSeq(id, seq)
    } else if (
      frame.type === 'marked_read' ||
      (frame.type === 'message_read' && frame.user_id === core.user.getSnapshot())
    ) {
      onRead(frame)
    } else if ('conversation_id' in frame) {
      const pushed = pushedBy(frame)
      if (pushed) onPushed(frame.conversation_id, pushed)
    }
  }

  const putFresh = (conversation: Conversation) => put(merge(conversation, find(conversation.id)))

  const unsubscribe = core.link.onEvent((event) => {
    if (event.kind === 'frame') onFrame(event.frame)
    if (event.kind === 'polled') list.polled(event.polled.conversations, event.polled.cursor === undefined)
  })
  return {
    list: list.shown,
    more: list.more,
    find,
    put: putFresh,
    remove,
    setUnread(id, unread_count) {
      const held = find(id)
      if (!held) return
      if (unread_count === 0) readSeqs.set(id, held.last_seq)
      put({ ...held, unread_count })
    },
    stop() {
      unsubscribe()
      list.stop()
    },
  }
}

/** What was known when the list was stored is not shown after a restart. */
function withoutPresence(conversation: Conversation): Conversation {
  const strip = ({ is_online: _, last_seen: __, ...person }: Person): Person => person
  const { participants, participant } = conversation
  return { ...conversation, participants: participants.map(strip), participant: strip(participant) }
}
