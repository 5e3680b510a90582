import { useChat, useFrame, useTexts } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { waitingIn } from '../attention/unread.ts'
import { shortCount } from '../text/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { useRoom } from './room-context.ts'

/** Leads to the list in a narrow chat, and counts what waits there. */
export function BackButton() {
  const texts = useTexts()
  const { route } = useFrame()
  const { id } = useRoom()
  const { conversations, invitations } = useChat()
  const others = useReadable(conversations).items.filter((item) => item.id !== id)
  const waiting = waitingIn(others, useReadable(invitations))
  return (
    <IconButton
      icon="back"
      name={texts.unread(texts.back, waiting)}
      class="header-back"
      onClick={() => route.go(undefined)}
    >
      {waiting > 0 && <span class="badge">{shortCount(waiting)}</span>}
    </IconButton>
  )
}
