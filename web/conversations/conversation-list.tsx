import { useChat, useTexts } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { useAction } from '../ui/use-action.tsx'
import { ConversationItem } from './conversation-item.tsx'

/** The user's conversations, newest first, with the invitations that nobody has answered yet. */
export function ConversationList() {
  const texts = useTexts()
  const chat = useChat()
  const { items, hasMore } = useReadable(chat.conversations)
  const { run, isBusy } = useAction()
  return (
    <nav aria-label={texts.conversations} class="conversations">
      {items.length === 0 && (
        <div class="empty">
          <h2>{texts.noConversations}</h2>
          <p>{texts.noConversationsHint}</p>
        </div>
      )}
      <ul>
        {items.map((conversation) => (
          <ConversationItem key={conversation.id} conversation={conversation} />
        ))}
      </ul>
      {hasMore && (
        <button
          type="button"
          class="button more-conversations"
          disabled={isBusy}
          onClick={() => run(chat.moreConversations)}
        >
          {texts.moreConversations}
        </button>
      )}
    </nav>
  )
}
