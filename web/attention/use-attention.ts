import { useEffect } from 'preact/hooks'
import type { Chat } from '../../client/index.ts'
import { useFrame, useTexts } from '../app/context.ts'
import { announceNews } from './announce-news.ts'
import { showCount } from './count.ts'
import { useUnread } from './use-unread.ts'

/** Draws the attention of a user who looks elsewhere: the count in the title and on the icon, notifications, sound. */
export function useAttention(chat: Chat): void {
  const frame = useFrame()
  const { app } = useTexts()
  const unread = useUnread(chat)
  // Title, icon and permissions of the page around an element belong to its site.
  const { isEmbedded } = frame
  useEffect(() => {
    if (!isEmbedded) showCount(unread, app)
  }, [unread, app, isEmbedded])
  useEffect(() => (isEmbedded ? undefined : announceNews(chat, frame)), [chat, frame, isEmbedded])
}
