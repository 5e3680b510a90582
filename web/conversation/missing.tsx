import { useFrame, useTexts } from '../app/context.ts'
import { Icon } from '../ui/icon.tsx'

/** In place of a conversation that the user cannot read. */
export function Missing() {
  const texts = useTexts()
  const { route } = useFrame()
  return (
    <div class="empty">
      <Icon name="chat" />
      <p>{texts.noSuchConversation}</p>
      <button type="button" class="button" onClick={() => route.go(undefined)}>
        {texts.back}
      </button>
    </div>
  )
}
