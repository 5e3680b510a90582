import type { Core, Polled, TabEvent } from '../core.ts'
import type { RequestError } from '../errors.ts'
import { source } from '../readable.ts'
import type { Api } from '../rest/api.ts'
import type { Readable } from '../types.ts'
import type { Conversation, ServerFrame } from '../wire.ts'
import { applyFrame, entrySeq } from './apply.ts'
import { createCache } from './cache.ts'
import { createCollection } from './collection.ts'
import { newestFirst, withUnread } from './held.ts'
import { withoutPresence, withPresence } from './participants.ts'
import { pendingConversation } from './pending.ts'
import { createReader } from './reader.ts'
import { countOfRoom } from './unread.ts'

const PAGE_LIMIT = 50
/** A polled page may be as old as this when it arrives. */
const POLL_AGE_MS = 5000
/** Other pushes that explain the same change may still arrive. The random part spreads the clients of a large group. */
const VERIFY_MS = 250
const VERIFY_SPREAD_MS = 750

export interface Conversations {
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

/** Where the next page begins; without a cursor at the top. */
interface Position {
  readonly cursor?: string
  readonly after?: Conversation | undefined
}

/** The user's conversations: pages from the server, changed by pushes in between. */
export function createConversations(core: Core, api: Pick<Api, 'listConversations'>): Conversations {
  const { clock, random, link, user } = core
  const list = source<{ items: readonly Conversation[]; hasMore: boolean }>({ items: [], hasMore: true })
  const conversations = createCollection(clock)
  const cache = createCache<readonly Conversation[]>(core, 'list')
  const reader = createReader(core, () => walk({}, (hasChanged, hasRest) => hasChanged && hasRest))
  /** Conversations to read again, unless they reach this `seq`. Pushes about one that was not held are lost. */
  const unclear = new Map<string, { readonly seq: number; readonly isHeld: boolean }>()
  let next: Position | undefined = {}
  let loading: Promise<void> | undefined
  let verifying: unknown
  let isStopped = false

  function publish(): void {
    const items = conversations.items()
    const before = list.getSnapshot()
    const hasMore = next !== undefined
    const isSame = items.length === before.items.length && items.every((item, i) => item === before.items[i])
    if (isSame && hasMore === before.hasMore) return
    list.set({ items: isSame ? before.items : items, hasMore })
    cache.save(() => items.slice(0, PAGE_LIMIT).map(withoutPresence))
  }

  /** Reads pages from a position on, as long as it should go on. */
  async function walk(
    start: Position,
    goOn: (hasChanged: boolean, hasRest: boolean) => boolean,
  ): Promise<void> {
    let position: Position | undefined = start
    while (position) {
      const { cursor, after }: Position = position
      const requestedAt = clock.now()
      const page = await api.listConversations({ limit: PAGE_LIMIT, cursor })
      if (isStopped) return
      const isLast = page.cursor === undefined
      const hasChanged = conversations.take({ ...page, requestedAt, after, isLast })
      const last: Conversation | undefined = page.conversations.at(-1) ?? after
      const hasRest = last !== undefined && conversations.items().some((item) => newestFirst(item, last) > 0)
      position = page.cursor === undefined ? undefined : { cursor: page.cursor, after: last }
      if (!position || !hasRest) next = position
      publish()
      if (!goOn(hasChanged, hasRest)) return
    }
  }

  async function loadMore(): Promise<void> {
    await reader.idle()
    const before = conversations.items().length
    const hasNone = () => conversations.items().length <= before
    try {
      if (next) await walk(next, hasNone)
    } catch (error) {
      // The server may have forgotten the cursor.
      if ((error as RequestError).code !== 'bad_request') throw error
      await walk({}, hasNone)
    }
  }

  /** Reads again soon, unless other pushes say by then what the conversation is up to this `seq`. */
  function verify(id: string, seq: number): void {
    const held = conversations.get(id)
    if (held && held.shown.last_seq >= seq) return
    const before = unclear.get(id) ?? { seq, isHeld: true }
    unclear.set(id, { seq: Math.max(seq, before.seq), isHeld: before.isHeld && held !== undefined })
    verifying ??= clock.setTimeout(
      () => {
        verifying = undefined
        const mustRead = [...unclear].some(
          ([id, { seq, isHeld }]) => !isHeld || (conversations.get(id)?.shown.last_seq ?? 0) < seq,
        )
        unclear.clear()
        if (mustRead) void reader.now()
      },
      VERIFY_MS + random() * VERIFY_SPREAD_MS,
    )
  }

  function put(conversation: Conversation): void {
    const { id, last_seq } = conversation
    if (last_seq >= (unclear.get(id)?.seq ?? 0)) unclear.delete(id)
    conversations.put(conversation)
  }

  /** A conversation in a push. It may have been removed since, or again after that. */
  function added(conversation: Conversation): void {
    if (conversations.isRemoved(conversation.id)) verify(conversation.id, Number.POSITIVE_INFINITY)
    else put(conversation)
  }

  function onFrame(frame: ServerFrame): void {
    switch (frame.type) {
      case 'conversation_added':
        added(frame.conversation)
        break
      case 'conversation_removed':
        conversations.remove(frame.conversation_id)
        // The user may have joined again, if this push is late.
        verify(frame.conversation_id, Number.POSITIVE_INFINITY)
        break
      case 'invitation_sent': {
        const pending = pendingConversation(frame.invitation)
        if (pending && !conversations.isRemoved(pending.id)) put(pending)
        break
      }
      case 'invitation_accepted':
        conversations.remove(frame.invitation_id)
        if (frame.conversation) added(frame.conversation)
        else verify(frame.conversation_id, 0)
        break
      case 'invitation_rejected':
      case 'invitation_withdrawn':
        conversations.remove(frame.invitation_id)
        break
      case 'invitation_answered':
        if (frame.conversation_id !== undefined) verify(frame.conversation_id, 0)
        break
      case 'user_presence':
        for (const [id, held] of conversations.entries()) {
          const shown = withPresence(held.shown, frame.user_id, frame)
          if (shown !== held.shown) conversations.set(id, { ...held, shown })
        }
        break
      case 'pong':
        for (const [id, seq] of Object.entries(frame.heads)) if (conversations.get(id)) verify(id, seq)
        break
      default:
        if ('conversation_id' in frame) onUpdate(frame, frame.conversation_id)
    }
  }

  /** A frame about one conversation. */
  function onUpdate(frame: ServerFrame, id: string): void {
    const held = conversations.get(id)
    const isPointer = frame.type === 'conversation_updated' && frame.last_message === undefined
    if (!held) {
      // If it is merely not loaded yet, the entry has moved it to the top.
      const seq = entrySeq(frame)
      if (seq !== undefined) verify(id, seq)
      return
    }
    if (isPointer || isOwnersChange(frame, held.shown)) verify(id, Number.POSITIVE_INFINITY)
    if (frame.type === 'joined_conversation') verify(id, frame.last_seq)
    const latest = list.getSnapshot().items[0]?.updated_at ?? held.shown.updated_at
    conversations.set(id, applyFrame(held, frame, { user: user.getSnapshot(), latest }))
  }

  /** Another tab or device of the owner may have changed the owner; no other push tells this user. */
  const isOwnersChange = (frame: ServerFrame, { owner_id, last_seq }: Conversation) =>
    frame.type === 'conversation_updated' &&
    frame.last_seq > last_seq &&
    frame.last_message?.seq !== frame.last_seq &&
    owner_id !== undefined &&
    owner_id === user.getSnapshot()

  function onPolled({ conversations: page, cursor }: Polled): void {
    const last = page.at(-1)
    const isLast = cursor === undefined
    // Otherwise more may have changed than one polled page holds.
    const isLoaded = list.getSnapshot().items.length > 0
    const reaches = isLast || !last || conversations.get(last.id)?.shown.last_seq === last.last_seq
    conversations.take({ conversations: page, requestedAt: clock.now() - POLL_AGE_MS, isLast })
    if (isLoaded && !reaches) void reader.now()
  }

  function onEvent(event: TabEvent): void {
    if (event.kind === 'frame') onFrame(event.frame)
    else if (event.kind === 'polled') onPolled(event.polled)
    else return
    publish()
  }

  const unsubscribe = link.onEvent(onEvent)
  void cache.load().then((stored) => {
    const hasRead = next === undefined || next.cursor !== undefined
    if (!stored || hasRead || isStopped) return
    conversations.restore(stored)
    publish()
  })

  return {
    list,
    more() {
      loading ??= loadMore().finally(() => {
        loading = undefined
      })
      return loading
    },
    find: (id) => conversations.get(id)?.shown,
    put(conversation) {
      put(conversation)
      publish()
    },
    remove(id) {
      conversations.remove(id)
      publish()
    },
    setUnread(id, unread) {
      const held = conversations.get(id)
      if (!held) return
      conversations.set(id, withUnread(held, countOfRoom(held.unread, held.shown.last_seq, unread)))
      publish()
    },
    stop() {
      isStopped = true
      unsubscribe()
      reader.stop()
      cache.stop()
      clock.clearTimeout(verifying)
    },
  }
}
