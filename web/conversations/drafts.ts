import type { Room } from '../../client/index.ts'
import { keep, keptText } from '../app/kept.ts'

const copied = new WeakSet<Room['draft']>()

/**
 * Keeps a copy of the draft from now on. The copy also follows the draft after the conversation was closed, because the
 * client library clears the draft of a sent message only once the outbox has stored the message. The library stores
 * drafts too, but it shows a draft only in an open conversation, does not tell other tabs about it, and stores it a
 * moment later.
 */
export function copyDraft(key: string, { draft, setDraft }: Pick<Room, 'draft' | 'setDraft'>): void {
  if (copied.has(draft)) return
  copied.add(draft)
  // What the user has typed since the page was opened is newer than the copy.
  const copy = keptText(key)
  if (copy && !draft.getSnapshot()) setDraft(copy)
  else keep(key, draft.getSnapshot())
  draft.subscribe(() => keep(key, draft.getSnapshot()))
}
