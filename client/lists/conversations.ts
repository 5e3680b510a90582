import type { Core } from '../core.ts'
import type { Signal } from '../readable.ts'
import type { Api } from '../rest/api.ts'
import type { Conversation } from '../wire.ts'
import { type Update, withMessage, withoutBefore, withoutPresence, withUnreadAtMost } from './changes.ts'
import { createList } from './list.ts'

/** Counting stops here, as on the server. */
const MAX_UNREAD = 100

export interface Conversations {
  /**
   * Pushes update the last message, the `seq`, the time and the unread count. Everything else dates from when the list
   * was last read, for example `is_read` of the last message and the presence of the participants.
   */
  readonly list: Signal<{ readonly items: readonly Conversation[]; readonly hasMore: boolean }>
  /** Loads the next page. */
  more(): Promise<void>
  /** Reads the list again. */
  again(): Promise<void>
  find(id: string): Conversation | undefined
  /** Takes over a conversation from an answer over REST. */
  put(conversation: Conversation): void
  remove(id: string): void
  /** Takes over the newer unread count of an open room. */
  setUnread(id: string, unread: number): void
  stop(): void
}

/** The user's conversations. */
export function createConversations(
  core: Core,
  { listConversations }: Pick<Api, 'listConversations'>,
): Conversations {
  const list = createList(core, {
    key: 'conversations',
    least: 1,
    readPage(query) {
      // The first page will include these updates.
      if (!query.cursor) early.clear()
      return listConversations(query)
    },
    merge,
    toStore: withoutPresence,
  })
  const { find, put, remove, readSoon } = list
  /** Updates that arrived before the update that precedes them in the log, by conversation and `seq`. */
  const early = new Map<string, Update>()
  /** How far the user has read each conversation, as far as known. */
  const readSeqs = new Map<string, number>()
  const readSeqOf = (id: string) => readSeqs.get(id) ?? 0
  const isMe = (userId = core.user()) => userId === core.user()

  /** Merges what the server has sent into what is held. A view that is older than the held one only limits its count. */
  function merge(fresh: Conversation): Conversation {
    const { id, last_seq, unread_count } = fresh
    const held = find(id)
    // Each entry since then has added at most one unread message.
    if (held && held.last_seq > last_seq)
      return withUnreadAtMost(held, held.last_seq - last_seq + unread_count)
    // A count from before the user has read further is too high.
    return withEarly(withUnreadAtMost(fresh, last_seq - readSeqOf(id)))
  }

  function putFresh(conversation: Conversation): void {
    if (conversation?.participants?.every((person) => person?.id)) put(merge(conversation))
  }

  /** Applies the early updates that were waiting for this state of the conversation. */
  function withEarly(conversation: Conversation): Conversation {
    const { id, unread_count } = conversation
    const seq = conversation.last_seq + 1
    const key = `${id} ${seq}`
    const update = early.get(key)
    early.delete(key)
    const message = update?.message ?? update?.last_message
    if (!message) return conversation
    // The deleted message may have been unread, or it may have been the last message.
    if (message.deleted_at) readSoon()
    const isUnread = message.seq === seq && seq > readSeqOf(id) && !isMe(message.sender_id)
    // The pushed count may include deleted messages (READ-5), and messages that the user has read here in the meantime.
    const unread = Math.min(update?.unread_count ?? MAX_UNREAD, unread_count + Number(isUnread))
    return withEarly(withMessage(conversation, message, unread))
  }

  function onUpdate(update: Update): void {
    const { conversation_id: id, message, last_message } = update
    const seq = update.seq ?? update.last_seq ?? message?.seq
    if (!id || seq === undefined) return
    const held = find(id)
    // An entry that is not a message comes with the last message, but does not tell what has changed.
    const hasMessage = message ? message.seq : last_message?.seq === seq
    if (held && hasMessage && held.last_seq < seq) {
      early.set(`${id} ${seq}`, update)
      put(withEarly(held))
    }
    expectSeq(id, seq)
  }

  /** Notes that the log has reached this `seq`. Unless other pushes bring what is missing, the list is read. */
  function expectSeq(id: string, seq: number): void {
    readSoon(() => (find(id)?.last_seq ?? -1) < seq)
  }

  /** The user has read on some device. */
  function onRead({
    conversation_id: id = '',
    last_read_seq: readSeq = 0,
    unread_count,
    read_at = '',
  }: Update): void {
    if (readSeq <= readSeqOf(id)) return
    // Kept in case the list is being read: the answer may have been made before this frame.
    readSeqs.set(id, readSeq)
    const held = find(id)
    if (!held) return
    // The count possibly lacks what was pushed at the same time.
    const isExact =
      unread_count === held.unread_count || (unread_count !== undefined && held.updated_at < read_at)
    // It may also include messages whose pushes have yet to arrive, so it is limited like that of a list.
    if (readSeq < held.last_seq ? isExact : !unread_count)
      put(merge({ ...held, unread_count: unread_count ?? 0 }))
    else readSoon()
  }

  function onFrame(frame: Update): void {
    const { type, conversation_id = '', conversation, invitation_id, heads, first_seq, user_id } = frame
    for (const [id, seq] of Object.entries(heads ?? {})) {
      const held = find(id)
      if (!held) continue
      const kept = withoutBefore(held, first_seq?.[id])
      if (kept !== held) put(kept)
      expectSeq(id, seq)
    }
    if (type === 'conversation_added' && conversation) putFresh(conversation)
    if (type === 'conversation_removed') remove(conversation_id)
    if (invitation_id) remove(invitation_id)
    // Such pushes are rare, and they may have arrived in the wrong order.
    if (invitation_id || /^(conversation_(added|removed)|invitation_sent)$/.test(type)) readSoon()
    else if (!/^(marked|message)_read$/.test(type)) onUpdate(frame)
    else if (isMe(user_id)) onRead(frame)
  }

  core.link.onEvent(({ frame, polled }) => {
    if (frame) onFrame(frame as Update)
    if (polled) list.polled(polled.conversations, !polled.cursor)
  })
  return {
    list: list.shown,
    more: list.more,
    again: list.again,
    find,
    put: putFresh,
    remove,
    setUnread(id, unread_count) {
      const held = find(id)
      if (!held) return
      if (unread_count === 0) readSeqs.set(id, held.last_seq)
      put({ ...held, unread_count })
    },
    stop: list.stop,
  }
}
