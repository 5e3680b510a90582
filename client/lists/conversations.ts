import type { Core, Polled, TabEvent } from '../core.ts'
import { source } from '../readable.ts'
import type { Api } from '../rest/api.ts'
import type { Readable } from '../types.ts'
import type { Conversation, ServerFrame } from '../wire.ts'
import { applyFrame, isEntry, isIncomplete } from './apply.ts'
import { createCache } from './cache.ts'
import { createCollection } from './collection.ts'
import { withUnread } from './held.ts'
import { createPager, PAGE_LIMIT } from './pager.ts'
import { withoutPresence, withPresence } from './participants.ts'
import { pendingConversation } from './pending.ts'
import { countOfRoom } from './unread.ts'
import { createVerifier } from './verifier.ts'

/** A polled page may be as old as this when it arrives. */
const POLL_AGE_MS = 5000

export interface Conversations {
  /** Pushes do not say who has read a `last_message`: its `is_read` is as old as the reading of the list. */
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

/** The user's conversations: pages from the server, changed by pushes in between. */
export function createConversations(core: Core, api: Pick<Api, 'listConversations'>): Conversations {
  const { clock, link, user } = core
  const list = source<{ items: readonly Conversation[]; hasMore: boolean }>({ items: [], hasMore: true })
  const collection = createCollection(clock)
  const cache = createCache<readonly Conversation[]>(core, 'list')
  const pager = createPager(core, api, collection, publish)
  const find = (id: string) => collection.get(id)?.shown
  const { verify, stop } = createVerifier(core, find, () => void pager.again())

  function publish(): void {
    const items = collection.items()
    const hasMore = pager.hasMore()
    const before = list.getSnapshot()
    const isSame = items.length === before.items.length && items.every((item, i) => item === before.items[i])
    if (isSame && hasMore === before.hasMore) return
    list.set({ items: isSame ? before.items : items, hasMore })
    cache.save(() => list.getSnapshot().items.slice(0, PAGE_LIMIT).map(withoutPresence))
  }

  /** A conversation in a push. It may have been removed since, or again after that. */
  function added(conversation: Conversation): void {
    if (collection.isRemoved(conversation.id)) verify(conversation.id)
    else collection.put(conversation)
  }

  function onFrame(frame: ServerFrame): void {
    switch (frame.type) {
      case 'conversation_added':
        added(frame.conversation)
        break
      case 'conversation_removed':
        collection.remove(frame.conversation_id)
        // The user may have joined again, if this push is late.
        verify(frame.conversation_id)
        break
      case 'invitation_sent': {
        const pending = pendingConversation(frame.invitation)
        if (pending && !collection.isRemoved(pending.id)) collection.put(pending)
        break
      }
      case 'invitation_accepted':
        collection.remove(frame.invitation_id)
        if (frame.conversation) added(frame.conversation)
        else verify(frame.conversation_id, 0)
        break
      case 'invitation_rejected':
      case 'invitation_withdrawn':
        collection.remove(frame.invitation_id)
        break
      case 'invitation_answered':
        if (frame.conversation_id !== undefined) verify(frame.conversation_id, 0)
        break
      case 'user_presence':
        for (const [id, held] of collection.entries()) {
          const shown = withPresence(held.shown, frame.user_id, frame)
          if (shown !== held.shown) collection.set(id, { ...held, shown })
        }
        break
      case 'pong':
        for (const [id, seq] of Object.entries(frame.heads)) if (collection.get(id)) verify(id, seq)
        break
      default:
        if ('conversation_id' in frame) onUpdate(frame, frame.conversation_id)
    }
  }

  /** A frame about one conversation. */
  function onUpdate(frame: ServerFrame, id: string): void {
    const held = collection.get(id)
    if (!held) {
      // If it is merely not loaded yet, the entry has moved it to the top.
      if (isEntry(frame)) verify(id)
      return
    }
    const context = {
      user: user.getSnapshot(),
      latest: list.getSnapshot().items[0]?.updated_at ?? held.shown.updated_at,
    }
    if (isIncomplete(frame, held, context)) verify(id)
    if (frame.type === 'joined_conversation') verify(id, frame.last_seq)
    collection.set(id, applyFrame(held, frame, context))
  }

  function onPolled({ conversations: page, cursor }: Polled): void {
    const last = page.at(-1)
    const isLast = cursor === undefined
    // Otherwise more may have changed than one polled page holds.
    const isLoaded = list.getSnapshot().items.length > 0
    const reaches = isLast || !last || collection.get(last.id)?.shown.last_seq === last.last_seq
    collection.take({ conversations: page, requestedAt: clock.now() - POLL_AGE_MS, isLast })
    if (isLoaded && !reaches) void pager.again()
  }

  function onEvent(event: TabEvent): void {
    if (event.kind === 'frame') onFrame(event.frame)
    else if (event.kind === 'polled') onPolled(event.polled)
    else return
    publish()
  }

  const unsubscribe = link.onEvent(onEvent)
  void cache.load().then((stored) => {
    if (!stored || !pager.isNew()) return
    collection.restore(stored)
    publish()
  })

  return {
    list,
    more: pager.more,
    find,
    put(conversation) {
      collection.put(conversation)
      publish()
    },
    remove(id) {
      collection.remove(id)
      publish()
    },
    setUnread(id, unread) {
      const held = collection.get(id)
      if (!held) return
      collection.set(id, withUnread(held, countOfRoom(held.unread, held.shown.last_seq, unread)))
      publish()
    },
    stop() {
      unsubscribe()
      pager.stop()
      cache.stop()
      stop()
    },
  }
}
