import { useEffect } from 'preact/hooks'
import type { Chat } from '../../client/index.ts'
import { useFrame, useTexts } from '../app/context.ts'
import { announceNews } from './announce-news.ts'
import { showCount } from './count.ts'
import { useUnread } from './use-unread.ts'

/** Draws the attention of a user who looks elsewhere: the count in the title and on the icon, notifications, sound. */
export function Attention({ chat }: { readonly chat: Chat }) {
  const frame = useFrame()
  const { app } = useTexts()
  const unread = useUnread(chat)
  useEffect(() => {
    showCount(unread, app)
    return () => showCount(0, app)
  }, [unread, app])
  useEffect(() => announceNews(chat, frame), [chat, frame])
  return null
}
