import { useState } from 'preact/hooks'
import type { Conversation, Person } from '../../client/index.ts'
import { useChat, useTexts, useUserId } from '../app/context.ts'
import { Later } from '../app/later.tsx'
import { isolated, nameOf, titleOf } from '../app/names.ts'
import { useReadable } from '../app/readable.ts'
import type { Texts } from '../text/texts.ts'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { useNow } from '../ui/use-now.ts'
import { BackButton } from './back-button.tsx'
import { groupWords } from './group-words.ts'
import { useRoom } from './room-context.ts'

/** Whom the conversation is with, and what they are doing. */
export function ConversationHeader(props: {
  readonly people: ReadonlyMap<string, Person>
  readonly isGroup: boolean
}) {
  const texts = useTexts()
  const userId = useUserId()
  const { id, room, conversation } = useRoom()
  const { isGroup } = props
  const [showsPeople, setShowsPeople] = useState(false)
  // In a group, `participant` stands for the group itself.
  const other = conversation?.participant.id
  const presence = useReadable(useChat().presence).get(other ?? '')
  const title = conversation ? titleOf(conversation, userId, texts) : titleFrom(props.people, userId, texts)
  return (
    <header class="bar header">
      <BackButton />
      <Avatar id={other ?? id} name={title} isGroup={isGroup} isOnline={presence?.is_online === true} />
      <div class="header-words">
        <h1 class="truncate" dir="auto" tabIndex={-1}>
          {title || texts.messages}
        </h1>
        <HeaderStatus isGroup={isGroup} conversation={conversation} />
      </div>
      {isGroup && conversation && (
        <IconButton icon="group" name={texts.people} onClick={() => setShowsPeople(true)} />
      )}
      {showsPeople && conversation && (
        <Later
          part="PeopleDialog"
          conversation={conversation}
          room={room}
          onClose={() => setShowsPeople(false)}
        />
      )}
    </header>
  )
}

/** The names of the conversation's people, as far as the log tells; empty until anything is known. */
function titleFrom(people: ReadonlyMap<string, Person>, userId: string, texts: Texts): string {
  const others = [...people.values()].filter(({ id }) => id !== userId)
  return texts.format.list(others.map(nameOf).filter(Boolean))
}

/** Who is typing; otherwise the presence of a person, or how many take part in a group and are online. */
function HeaderStatus(props: { readonly isGroup: boolean; readonly conversation: Conversation | undefined }) {
  const texts = useTexts()
  const { room, nameOf } = useRoom()
  const { typing } = useReadable(room.log)
  const presence = useReadable(useChat().presence)
  const now = useNow()
  const { isGroup, conversation } = props
  const words = () => {
    if (typing.length > 0) return texts.isTyping(typing.map((id) => isolated(nameOf(id))))
    if (!conversation) return ''
    if (isGroup) return groupWords(conversation.participants, presence, texts)
    const known = presence.get(conversation.participant.id)
    if (known?.is_online) return texts.isOnline
    return known?.last_seen ? texts.lastSeen(texts.format.ago(new Date(known.last_seen), new Date(now))) : ''
  }
  const text = words()
  // Offline, no presence is known, and the line is left out. Without the list, the line stays empty, so that the title
  // does not move when the words come in a moment.
  if (conversation && !text && !presence.size) return null
  return (
    <p class="header-status hint truncate" data-typing={typing.length > 0}>
      {text}
    </p>
  )
}
