import { useEffect, useState } from 'preact/hooks'
import { useChat, useIsConnected, useTexts } from '../app/context.ts'
import { Later } from '../app/later.tsx'
import { useReadable } from '../app/readable.ts'
import { onArrowKeys } from '../ui/arrow-keys.ts'
import { useKeptFocus } from '../ui/use-kept-focus.ts'
import { useNow } from '../ui/use-now.ts'
import { ConversationItem } from './conversation-item.tsx'
import { Skeleton } from './skeleton.tsx'
import { followTyping, type TypingUsers } from './typing-users.ts'

const NOBODY: readonly string[] = []

/** The user's conversations, newest first, with the invitations that were sent and not answered yet. */
export function ConversationList() {
  const texts = useTexts()
  const chat = useChat()
  const { items, hasMore } = useReadable(chat.conversations)
  const canLoad = useIsConnected()
  const isInvited = useReadable(chat.invitations).length > 0
  const [typing, setTyping] = useState<TypingUsers>(new Map())
  useEffect(() => followTyping(chat, setTyping), [chat])
  const now = useNow()
  const ref = useKeptFocus<HTMLElement>()
  // Until the list has been read for the first time, `hasMore` is true.
  const isLoading = items.length === 0 && hasMore
  return (
    <nav
      ref={ref}
      tabIndex={-1}
      aria-label={texts.conversations}
      class="conversations"
      onKeyDown={onArrowKeys}
    >
      <Later part="Declined" />
      {isLoading && <Skeleton />}
      {items.length === 0 && !hasMore && (
        <div class="empty">
          <h2>{texts.noConversations}</h2>
          <p>{isInvited ? texts.acceptHint : texts.noConversationsHint}</p>
        </div>
      )}
      <ul>
        {items.map((conversation) => (
          <ConversationItem
            key={conversation.id}
            conversation={conversation}
            typing={typing.get(conversation.id) ?? NOBODY}
            now={now}
          />
        ))}
      </ul>
      {hasMore && !isLoading && canLoad && <Later part="MoreConversations" />}
    </nav>
  )
}
