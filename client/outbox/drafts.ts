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
  /** Resolves once the stored text was read. */
  readonly loaded: Promise<void>
  isChanged: boolean
  isWriting: boolean
}

export function createDrafts(store: Store): Drafts {
  const drafts = new Map<string, Draft>()
  const keyOf = (conversationId: string) => `draft/${conversationId}`

  function draftOf(conversationId: string): Draft {
    const known = drafts.get(conversationId)
    if (known) return known
    const text = source('')
    const draft: Draft = {
      text,
      loaded: store.get(keyOf(conversationId)).then((stored) => {
        if (!draft.isChanged && typeof stored === 'string') text.set(stored)
      }),
      isChanged: false,
      isWriting: false,
    }
    drafts.set(conversationId, draft)
    return draft
  }

  function set(conversationId: string, text: string): void {
    const draft = draftOf(conversationId)
    draft.isChanged = true
    draft.text.set(text)
    if (!draft.isWriting) void write(draft, keyOf(conversationId))
  }

  /** One write at a time, so that an earlier text never replaces a later one. */
  async function write(draft: Draft, key: string): Promise<void> {
    draft.isWriting = true
    let written: string
    do {
      written = draft.text.getSnapshot()
      await (written ? store.set(key, written) : store.delete(key))
    } while (written !== draft.text.getSnapshot())
    draft.isWriting = false
  }

  return {
    of: (conversationId) => draftOf(conversationId).text,
    set,
    clearIf(conversationId, text) {
      const draft = draftOf(conversationId)
      void draft.loaded.then(() => {
        if (draft.text.getSnapshot().trim() === text.trim()) set(conversationId, '')
      })
    },
  }
}
