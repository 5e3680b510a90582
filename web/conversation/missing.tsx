import type { Room } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useFrame } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { useDraftCopy } from '../conversations/drafts.ts'
import { Icon } from '../ui/icon.tsx'

/**
 * In place of a conversation that the user cannot read, with what the user has written there.
 *
 * @param wasFound whether the user was a participant while it was open; only groups can be left
 */
export function Missing(props: { readonly id: string; readonly room: Room; readonly wasFound: boolean }) {
  const { id, room, wasFound } = props
  const texts = useAllTexts()
  const { route } = useFrame()
  const draft = useDraftCopy(id)
  const { pending } = useReadable(room.log)
  const unsent = [...pending.map(({ content }) => content), draft].filter(Boolean).join('\n\n')
  function discard(): void {
    for (const { clientMessageId } of pending) room.discard(clientMessageId)
    room.setDraft('')
  }
  return (
    <div class="empty">
      <Icon name="chat" />
      <p role="alert">{wasFound ? texts.leftOrRemoved : texts.noSuchConversation}</p>
      {unsent && (
        <>
          <label class="label missing-draft">
            <span>{texts.notSent}</span>
            <textarea class="field" dir="auto" rows={4} readOnly value={unsent} />
          </label>
          <button type="button" class="button" data-kind="danger" onClick={discard}>
            {texts.discard}
          </button>
        </>
      )}
      <button type="button" class="button" onClick={() => route.go(undefined)}>
        {texts.back}
      </button>
    </div>
  )
}
