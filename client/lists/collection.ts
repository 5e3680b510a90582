import type { Clock } from '../types.ts'
import type { Conversation } from '../wire.ts'
import { fromServer, type Held, newestFirst } from './held.ts'

/** A page of the list that was requested at a time, and the range that it covers. */
export interface ListPage {
  readonly conversations: readonly Conversation[]
  /** Changes from then on may be missing in it. */
  readonly requestedAt: number
  /** The last conversation of the page before; absent on the first page. */
  readonly after?: Conversation | undefined
  readonly isLast: boolean
}

/** The conversations that are held, in whatever order pages and pushes arrive. */
export function createCollection({ now }: Pick<Clock, 'now'>) {
  const all = new Map<string, Held>()
  /** When each conversation was last changed by anything but a page. */
  const changedAt = new Map<string, number>()
  /** Removed conversations: a late push must not bring one back. A page does, because it is newer. */
  const removed = new Set<string>()

  function set(id: string, held: Held): void {
    if (all.get(id) === held) return
    all.set(id, held)
    changedAt.set(id, now())
  }

  return {
    get: (id: string) => all.get(id),
    set,
    entries: () => [...all],
    isRemoved: (id: string) => removed.has(id),
    /** Adds what was stored by an earlier run, unless it is known better. */
    restore(stored: readonly Conversation[]): void {
      for (const one of stored) if (!all.has(one.id) && !removed.has(one.id)) all.set(one.id, fromServer(one))
    },
    put(conversation: Conversation): void {
      removed.delete(conversation.id)
      set(conversation.id, fromServer(conversation, all.get(conversation.id)))
    },
    remove(id: string): void {
      all.delete(id)
      removed.add(id)
      changedAt.set(id, now())
    },
    /** Replaces what the page covers. True if anything has changed. */
    take({ conversations, requestedAt, after, isLast }: ListPage): boolean {
      let hasChanged = false
      const isNewer = (id: string) => (changedAt.get(id) ?? 0) >= requestedAt
      const listed = new Set(conversations.map(({ id }) => id))
      const end = conversations.at(-1)
      for (const [id, { shown }] of all) {
        const isBefore = after !== undefined && newestFirst(shown, after) <= 0
        const isBeyond = !isLast && end !== undefined && newestFirst(shown, end) > 0
        if (listed.has(id) || isNewer(id) || isBefore || isBeyond) continue
        all.delete(id)
        hasChanged = true
      }
      for (const fresh of conversations) {
        const held = all.get(fresh.id)
        if (!held && isNewer(fresh.id)) continue
        const next = fromServer(fresh, held)
        all.set(fresh.id, next)
        removed.delete(fresh.id)
        hasChanged ||= next.shown !== held?.shown
      }
      return hasChanged
    },
    items: () => [...all.values()].map(({ shown }) => shown).sort(newestFirst),
  }
}

export type Collection = ReturnType<typeof createCollection>
