import { useEffect, useRef, useState } from 'preact/hooks'
import type { Conversation } from '../../client/index.ts'
import { useChat, useIsConnected } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'

/** A conversation that is not on this many pages of the list is shown without its title. */
const MAX_PAGES = 20

/**
 * The conversation as it is in the list. Reads more pages of the list until the conversation appears.
 *
 * @returns `isMissing` if the list has no more pages and the conversation is on none of them; in `last`, the
 *   conversation as the list last had it
 */
export function useConversation(id: string): {
  readonly conversation: Conversation | undefined
  readonly isMissing: boolean
  readonly last: Conversation | undefined
} {
  const chat = useChat()
  const { items, hasMore } = useReadable(chat.conversations)
  const [isMissing, setMissing] = useState(false)
  const conversation = findIn(items, id)
  const isFound = conversation !== undefined
  const last = useRef(conversation)
  if (conversation) last.current = conversation
  const canAsk = useIsConnected()
  /** The chat itself reads the list at the start. Until it has done so, there is no need to ask for it again. */
  const wasRead = items.length > 0 || !hasMore

  useEffect(() => {
    let isWanted = true
    setMissing(false)
    async function search(): Promise<void> {
      await chat.refresh()
      for (let page = 0; page < MAX_PAGES; page++) {
        const list = chat.conversations.getSnapshot()
        if (!isWanted || findIn(list.items, id)) return
        if (!list.hasMore) return setMissing(true)
        await chat.moreConversations()
      }
    }
    // Without a connection, nothing is known. The next connection starts the search again.
    if (!isFound && canAsk && wasRead) search().catch(() => undefined)
    return () => {
      isWanted = false
    }
  }, [chat, id, isFound, canAsk, wasRead])
  return { conversation, isMissing: isMissing && !isFound, last: last.current }
}

const findIn = (items: readonly Conversation[], id: string) =>
  items.find((item) => item.id === id && item.status === 'accepted')
