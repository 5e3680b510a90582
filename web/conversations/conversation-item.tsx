import type { Conversation } from '../../client/index.ts'
import { useChat, useFrame, useTexts, useUserId } from '../app/context.ts'
import { titleOf } from '../app/names.ts'
import { useReadable } from '../app/readable.ts'
import { Avatar } from '../ui/avatar.tsx'
import { PendingItem } from './pending-item.tsx'
import { Preview } from './preview.tsx'

export function ConversationItem({ conversation }: { readonly conversation: Conversation }) {
  const texts = useTexts()
  const userId = useUserId()
  const { route } = useFrame()
  const current = useReadable(route.conversationId)
  const presence = useReadable(useChat().presence)
  const { id, status, is_group, participant, updated_at, unread_count: unread } = conversation
  const title = titleOf(conversation, userId, texts)
  if (status === 'pending') return <PendingItem conversation={conversation} title={title} />

  function open(event: MouseEvent): void {
    // With such a key, the browser opens a tab or a window.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    route.go(id)
  }
  return (
    <li>
      <a
        class="conversation"
        href={route.href(id)}
        aria-label={texts.unread(title, unread)}
        aria-current={id === current ? 'page' : undefined}
        onClick={open}
      >
        <Avatar
          id={is_group ? id : participant.id}
          name={title}
          isGroup={is_group}
          isOnline={!is_group && presence.get(participant.id)?.is_online === true}
        />
        <span class="conversation-title truncate" dir="auto">
          {title}
        </span>
        <time class="conversation-time" dateTime={updated_at}>
          {texts.format.short(new Date(updated_at))}
        </time>
        <Preview conversation={conversation} />
        {unread > 0 && (
          <span class="badge" aria-hidden="true">
            {unread > 99 ? '99+' : unread}
          </span>
        )}
      </a>
    </li>
  )
}
