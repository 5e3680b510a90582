import { useLayoutEffect, useState } from 'preact/hooks'
import { keptText, useKept, useKey } from '../app/kept.ts'
import { useReadable } from '../app/readable.ts'
import { useRoom } from '../conversation/room-context.ts'
import { copyDraft } from '../conversations/drafts.ts'

export interface DraftField {
  readonly text: string
  write(text: string): void
  /** The draft was sent: it is no longer shown. The library clears it once the outbox has stored the message. */
  hide(): void
}

/**
 * The text of a new message, which is the draft of the conversation.
 *
 * @param hasFocus whether the user writes in this tab, so that the draft of another tab does not replace the text
 */
export function useDraft(hasFocus: () => boolean): DraftField {
  const { id, room } = useRoom()
  const key = useKey('draft', id)
  const copy = useKept(key)
  const draft = useReadable(room.draft)
  const [hidden, setHidden] = useState<string>()

  useLayoutEffect(() => {
    if (key) copyDraft(key, room)
  }, [key, room])
  // Another tab has changed the copy.
  useLayoutEffect(() => {
    const latest = keptText(key)
    if (key && latest !== room.draft.getSnapshot() && !hasFocus()) room.setDraft(latest)
  }, [copy])
  // A draft that has changed is a new one, and is shown.
  useLayoutEffect(() => setHidden(undefined), [draft])

  return {
    text: draft === hidden ? '' : draft,
    write(text) {
      setHidden(undefined)
      room.setDraft(text)
    },
    hide: () => setHidden(room.draft.getSnapshot()),
  }
}
