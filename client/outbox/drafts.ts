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
  /** Resolves once the store was read. */
  readonly restored: Promise<void>
}

export function createDrafts(store: Store): Drafts {
  const drafts = new Map<string, Draft>()
  const keyOf = (conversationId: string) => `draft/${conversationId}`

  function draftOf(conversationId: string): Draft {
    const known = drafts.get(conversationId)
    if (known) return known
    const text = source('')
    const restored = store.get(keyOf(conversationId)).then((stored) => {
      if (!text() && typeof stored === 'string') text.set(stored)
    })
    const draft = { text, restored }
    drafts.set(conversationId, draft)
    return draft
  }

  function set(conversationId: string, text: string): void {
    draftOf(conversationId).text.set(text)
    void store.set(keyOf(conversationId), text || undefined)
  }

  return {
    of: (conversationId) => draftOf(conversationId).text,
    set,
    clearIf(conversationId, sent) {
      const { text, restored } = draftOf(conversationId)
      void restored.then(() => {
        if (text().trim() === sent.trim()) set(conversationId, '')
      })
    },
  }
}
