import { useEffect } from 'preact/hooks'
import type { Chat } from '../../client/index.ts'
import { useFrame, useTexts } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { announceNews } from './announce-news.ts'
import { showCount } from './count.ts'
import { waitingIn } from './unread.ts'

/** Draws the attention of a user who looks elsewhere: the count in the title and on the icon, notifications, sound. */
export function Attention({ chat }: { readonly chat: Chat }) {
  const frame = useFrame()
  const { app } = useTexts()
  const { phase } = useReadable(chat.state)
  const { items } = useReadable(chat.conversations)
  const invitations = useReadable(chat.invitations)
  const count = phase === 'signed-out' ? 0 : waitingIn(items, invitations)
  useEffect(() => {
    showCount(count, app)
    return () => showCount(0, app)
  }, [count, app])
  useEffect(() => announceNews(chat, frame), [chat, frame])
  return null
}
