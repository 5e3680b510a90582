import { useAllTexts } from '../app/all-texts.ts'
import { useFrame } from '../app/context.ts'
import { useDraftCopy } from '../conversations/drafts.ts'
import { Icon } from '../ui/icon.tsx'

/**
 * In place of a conversation that the user cannot read.
 *
 * @param wasFound whether the user was a participant while it was open; only groups can be left
 */
export function Missing({ id, wasFound }: { readonly id: string; readonly wasFound: boolean }) {
  const texts = useAllTexts()
  const { route } = useFrame()
  const draft = useDraftCopy(id)
  return (
    <div class="empty">
      <Icon name="chat" />
      <p role="alert">{wasFound ? texts.leftOrRemoved : texts.noSuchConversation}</p>
      {draft && (
        <label class="label missing-draft">
          <span>{texts.draft}</span>
          <textarea class="field" dir="auto" rows={4} readOnly value={draft} />
        </label>
      )}
      <button type="button" class="button" onClick={() => route.go(undefined)}>
        {texts.back}
      </button>
    </div>
  )
}
