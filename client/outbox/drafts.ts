import type { Store } from '../core.ts'
import { type Source, source } from '../readable.ts'
import type { Readable } from '../types.ts'

/** What the user has begun to write in each conversation. */
export interface Drafts {
  of(conversationId: string): Readable<string>
  set(conversationId: string, text: string): void
  /** Forgets the draft if it is still this text, because this text is in the outbox now. */
  clearIf(conversationId: string, text: string): void
}

interface Draft {
  readonly text: Source<string>
  /** Resolves once the store was read, and then after each write. */
  idle: Promise<unknown>
}

export function createDrafts(store: Store): Drafts {
  const drafts = new Map<string, Draft>()
  const keyOf = (conversationId: string) => `draft/${conversationId}`

  function draftOf(conversationId: string): Draft {
    const known = drafts.get(conversationId)
    if (known) return known
    const text = source('')
    const idle = store.get(keyOf(conversationId)).then((stored) => {
      if (!text.getSnapshot() && typeof stored === 'string') text.set(stored)
    })
    const draft = { text, idle }
    drafts.set(conversationId, draft)
    return draft
  }

  function set(conversationId: string, text: string): void {
    const draft = draftOf(conversationId)
    draft.text.set(text)
    // One write at a time, and always of the latest text, so that an earlier text never replaces a later one.
    draft.idle = draft.idle.then(() => {
      const latest = draft.text.getSnapshot()
      return latest ? store.set(keyOf(conversationId), latest) : store.delete(keyOf(conversationId))
    })
  }

  return {
    of: (conversationId) => draftOf(conversationId).text,
    set,
    clearIf(conversationId, text) {
      const draft = draftOf(conversationId)
      void draft.idle.then(() => {
        if (draft.text.getSnapshot().trim() === text.trim()) set(conversationId, '')
      })
    },
  }
}
