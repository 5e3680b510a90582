import { useEffect, useState } from 'preact/hooks'
import { useChat } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { useRoom } from '../conversation/room-context.ts'

/** Whether the user no longer takes part in the conversation, as far as that is known. */
export function useHasEnded(): boolean {
  const chat = useChat()
  const { id, conversation } = useRoom()
  const { hasMore } = useReadable(chat.conversations)
  const [isRemoved, setRemoved] = useState(false)
  useEffect(
    () =>
      chat.on('conversation_removed', (frame) => {
        if ('conversation_id' in frame && frame.conversation_id === id) setRemoved(true)
      }),
    [chat, id],
  )
  // The list may not have been loaded that far.
  return !conversation && (isRemoved || !hasMore)
}
