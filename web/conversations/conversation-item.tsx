import type { Conversation } from '../../client/index.ts'
import { useChat, useFrame, useTexts, useUserId } from '../app/context.ts'
import { titleOf } from '../app/names.ts'
import { useReadable } from '../app/readable.ts'
import { shortCount } from '../text/format.ts'
import { Avatar } from '../ui/avatar.tsx'
import { memo } from '../ui/memo.ts'
import { PendingItem } from './pending-item.tsx'
import { Preview, usePreview } from './preview.tsx'

interface ItemProps {
  readonly conversation: Conversation
  /** The ids of the users who are typing in it. */
  readonly typing: readonly string[]
  /** The current time, for words such as “yesterday”. */
  readonly now: number
}

/** Rendered again only if its own conversation has changed. */
export const ConversationItem = memo((props: ItemProps) => {
  const { conversation } = props
  const title = titleOf(conversation, useUserId(), useTexts())
  return (
    <li>
      {conversation.status === 'pending' ? (
        <PendingItem conversation={conversation} title={title} />
      ) : (
        <ConversationLink {...props} title={title} />
      )}
    </li>
  )
})

function ConversationLink(props: ItemProps & { readonly title: string }) {
  const { conversation, typing, now, title } = props
  const texts = useTexts()
  const { route } = useFrame()
  const isOpen = useReadable(route.conversationId) === conversation.id
  const presence = useReadable(useChat().presence)
  const preview = usePreview(conversation, typing, isOpen)
  const { id, is_group, participant, updated_at, unread_count: unread } = conversation
  // The participant of a group is the group itself.
  const isOnline = presence.get(participant.id)?.is_online === true

  const date = new Date(preview.at ?? updated_at)
  const time = texts.format.short(date, new Date(now))
  const state = preview.state && texts[preview.state]
  const kind = is_group ? texts.group : isOnline && texts.isOnline

  function open(event: MouseEvent): void {
    const { metaKey, ctrlKey, shiftKey, altKey, button } = event
    if (altKey || button > 1) return
    event.preventDefault()
    // The browser chooses a tab or a window by the keys. A tab that it opens by itself would not know this tab's user.
    if (metaKey || ctrlKey || shiftKey || button) window.open(route.href(id))
    else route.go(id)
  }
  return (
    <a
      class="conversation"
      href={route.href(id)}
      aria-current={isOpen ? 'page' : undefined}
      aria-description={[kind, state, preview.label, preview.text, time].filter(Boolean).join(' ')}
      data-unread={unread > 0 || undefined}
      onClick={open}
      onAuxClick={open}
    >
      {/* The name of the link is short. Its description contains everything that is visible. */}
      <span class="visually-hidden">{texts.unread(title, unread)}</span>
      <span class="conversation-content" aria-hidden="true">
        <Avatar id={participant.id} name={title} isGroup={is_group} isOnline={isOnline} />
        <span class="conversation-title truncate" dir="auto">
          {title}
        </span>
        <time class="conversation-time" dateTime={date.toISOString()}>
          {time}
        </time>
        <Preview {...preview} />
        {unread > 0 && <span class="badge">{shortCount(unread)}</span>}
      </span>
    </a>
  )
}
