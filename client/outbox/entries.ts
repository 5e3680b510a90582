import { type Source, source } from '../readable.ts'
import type { Pending, Readable } from '../types.ts'
import type { Message } from '../wire.ts'

/** A message in the outbox as a room sees it. After the acknowledgment it keeps its place until the room forgets it. */
export interface OutboxEntry extends Pending {
  /** The message as the server has stored it, once that is known. */
  readonly acked?: Message
}

/** The messages in the outbox by conversation, in the order of sending. */
export interface EntryLists {
  of(conversationId: string): Readable<readonly OutboxEntry[]>
  all(): readonly (readonly [conversationId: string, entry: OutboxEntry])[]
  find(conversationId: string, id: string): OutboxEntry | undefined
  /** Adds an entry in its place, or replaces the one with the same id. */
  put(conversationId: string, entry: OutboxEntry): void
  remove(conversationId: string, id: string): void
  /** Like `remove` if nobody watches the conversation. */
  acknowledge(conversationId: string, id: string, message: Message): void
  /** The message to send next. */
  next(conversationId: string): OutboxEntry | undefined
}

interface List {
  readonly entries: Source<readonly OutboxEntry[]>
  watchers: number
}

export function createEntryLists(): EntryLists {
  const lists = new Map<string, List>()
  /** The ids of messages that the server may have stored already: no other message may be sent before them. */
  const tried = new Set<string>()

  function listOf(conversationId: string): List {
    const list = lists.get(conversationId) ?? { entries: source<readonly OutboxEntry[]>([]), watchers: 0 }
    lists.set(conversationId, list)
    return list
  }

  const entriesOf = (conversationId: string) => listOf(conversationId).entries.getSnapshot()
  const isTried = ({ clientMessageId }: OutboxEntry) => tried.has(clientMessageId)
  const withId = (id: string) => (entry: OutboxEntry) => entry.clientMessageId === id
  const filter = ({ entries }: List, keep: (entry: OutboxEntry) => boolean) =>
    entries.set(entries.getSnapshot().filter(keep))

  function put(conversationId: string, entry: OutboxEntry): void {
    const id = entry.clientMessageId
    if (entry.acked || entry.status === 'failed') tried.delete(id)
    else if (entry.status === 'sending') tried.add(id)
    const { entries } = listOf(conversationId)
    const known = entries.getSnapshot()
    const index = known.findIndex(withId(id))
    entries.set(index < 0 ? known.toSpliced(placeOf(entry, known), 0, entry) : known.with(index, entry))
  }

  /** By time, but after everything that was sent before. */
  function placeOf(entry: OutboxEntry, known: readonly OutboxEntry[]): number {
    const start = known.findLastIndex((other) => other.acked || isTried(other)) + 1
    const later = known.slice(start).findIndex((other) => isBefore(entry, other))
    return later < 0 ? known.length : start + later
  }

  function remove(conversationId: string, id: string): void {
    tried.delete(id)
    filter(listOf(conversationId), (entry) => entry.clientMessageId !== id)
  }

  const find = (conversationId: string, id: string) => entriesOf(conversationId).find(withId(id))

  return {
    of(conversationId) {
      const list = listOf(conversationId)
      return {
        getSnapshot: list.entries.getSnapshot,
        subscribe(listener) {
          const unsubscribe = list.entries.subscribe(listener)
          list.watchers++
          let isWatching = true
          return () => {
            if (!isWatching) return
            isWatching = false
            unsubscribe()
            // Nobody is left to forget them.
            if (!--list.watchers) filter(list, ({ acked }) => !acked)
          }
        },
      }
    },
    all: () =>
      [...lists].flatMap(([conversationId, { entries }]) =>
        entries.getSnapshot().map((entry) => [conversationId, entry] as const),
      ),
    find,
    put,
    remove,
    acknowledge(conversationId, id, message) {
      const entry = find(conversationId, id)
      if (!entry) return
      if (listOf(conversationId).watchers) put(conversationId, { ...entry, acked: message })
      else remove(conversationId, id)
    },
    next(conversationId) {
      const open = entriesOf(conversationId).filter(
        ({ acked, stored, status }) => stored && !acked && status !== 'failed',
      )
      return open.find(isTried) ?? open[0]
    },
  }
}

function isBefore(a: OutboxEntry, b: OutboxEntry): boolean {
  return a.createdAt - b.createdAt ? a.createdAt < b.createdAt : a.clientMessageId < b.clientMessageId
}
