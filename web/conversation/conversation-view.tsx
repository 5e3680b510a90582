import { useEffect, useMemo, useState } from 'preact/hooks'
import { useChat } from '../app/context.ts'
import { useKey } from '../app/kept.ts'
import { Later } from '../app/later.tsx'
import { useReadable } from '../app/readable.ts'
import { Composer } from '../composer/composer.tsx'
import { ConversationHeader } from './header.tsx'
import { MessageList } from './message-list.tsx'
import { type OpenRoom, RoomContext } from './room-context.ts'
import { useConversation } from './use-conversation.ts'
import { useNames } from './use-names.ts'
import { useNavigation } from './use-navigation.ts'
import { writingIn } from './writing.ts'

/** An open conversation: its header, its messages, and where the user writes. */
export function ConversationView({ id }: { readonly id: string }) {
  const chat = useChat()
  const [room] = useState(() => chat.open(id))
  useEffect(() => room.close, [room])
  const writing = writingIn(room, useKey('writing', id))
  const { conversation, isMissing, last } = useConversation(id)
  const { people, nameOf } = useNames(conversation, useReadable(room.log).entries)
  const { targets, notice, find, scrollTo, scrollToEnd } = useNavigation(room)
  const openRoom = useMemo(
    (): OpenRoom => ({ id, room, conversation, writing, nameOf, find, scrollTo, scrollToEnd }),
    [id, room, conversation, writing, nameOf, find, scrollTo, scrollToEnd],
  )
  if (isMissing) return <Later part="Missing" id={id} room={room} last={last} />
  // If the list does not have the conversation, the log tells: only groups have entries about people.
  const isGroup = conversation?.is_group ?? people.size > 0
  return (
    <RoomContext.Provider value={openRoom}>
      <ConversationHeader people={people} isGroup={isGroup} />
      <MessageList targets={targets} notice={notice} isGroup={isGroup} />
      <Composer />
    </RoomContext.Provider>
  )
}
