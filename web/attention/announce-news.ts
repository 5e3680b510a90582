import type { Chat, Conversation } from '../../client/index.ts'
import { type Frame, isConnected } from '../app/context.ts'
import { claim } from './claim.ts'
import { newsBetween } from './news.ts'
import { createNotifications } from './notifications.ts'
import { canPlay, playSound } from './sound.ts'

/** What the first reading of the list brings has arrived earlier: it is shown in the list, and not announced. */
const SETTLE_MS = 5_000
/** So that a tab in which the user sees the message is first. */
const OTHER_TABS_MS = 300

/** Shows a notification and plays a sound for new messages that the user does not see. Returns what stops it. */
export function announceNews(chat: Chat, frame: Frame): () => void {
  const { preferences, route } = frame
  const notifications = createNotifications(chat, frame)
  let before = chat.conversations.getSnapshot().items
  let beginsAt = Number.POSITIVE_INFINITY

  const isSeen = (id: string) =>
    document.visibilityState === 'visible' && document.hasFocus() && route.conversationId.getSnapshot() === id
  const isUnread = (id: string) =>
    chat.conversations.getSnapshot().items.some((item) => item.id === id && item.unread_count > 0)

  async function announce({ id, last_message }: Conversation): Promise<void> {
    // The other tabs of this browser learn of the same message.
    const name = `admin-chat ${chat.user.getSnapshot()} ${last_message?.id}`
    const seen = isSeen(id)
    // What arrived before the user switched them on is not announced.
    const notifies = notifications.isOn()
    const sounds = preferences.sound.getSnapshot()
    if (!seen) await new Promise((resolve) => setTimeout(resolve, OTHER_TABS_MS))
    const isWanted = (wanted: boolean) => seen || (wanted && isUnread(id))
    if (isWanted(notifies) && (await claim(name)) && !seen) notifications.show(id)
    if (isWanted(sounds && (await canPlay())) && (await claim(`${name} sound`)) && !seen) playSound()
  }

  function onState(): void {
    const state = chat.state.getSnapshot()
    if (isConnected(state)) beginsAt = Math.min(beginsAt, state.since + SETTLE_MS)
  }
  function onList(): void {
    const { items } = chat.conversations.getSnapshot()
    const news = Date.now() < beginsAt ? [] : newsBetween(before, items, chat.user.getSnapshot())
    before = items
    notifications.update(items)
    for (const conversation of news) void announce(conversation)
  }

  onState()
  const stops = [chat.state.subscribe(onState), chat.conversations.subscribe(onList)]
  return () => {
    for (const stop of stops) stop()
    notifications.close()
  }
}
