import type { Chat } from '../../client/index.ts'
import { useReadable } from '../app/readable.ts'
import { unreadIn } from './unread.ts'

/** How many messages the user has not read; zero while the user is not signed in. */
export function useUnread(chat: Chat): number {
  const { phase } = useReadable(chat.state)
  const { items } = useReadable(chat.conversations)
  return phase === 'signed-out' ? 0 : unreadIn(items)
}
