import { useChat, useFrame, useTexts } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { unreadIn } from '../attention/unread.ts'
import { shortCount } from '../text/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { useRoom } from './room-context.ts'

/** Leads to the list where only one has room, and counts what is unread there. */
export function BackButton() {
  const texts = useTexts()
  const { route } = useFrame()
  const { id } = useRoom()
  const { items } = useReadable(useChat().conversations)
  const unread = unreadIn(items.filter((item) => item.id !== id))
  return (
    <IconButton
      icon="back"
      name={texts.unread(texts.back, unread)}
      class="header-back"
      onClick={() => route.go(undefined)}
    >
      {unread > 0 && <span class="badge">{shortCount(unread)}</span>}
    </IconButton>
  )
}
