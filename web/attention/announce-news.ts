import type { Chat } from '../../client/index.ts'
import { type Frame, isConnected } from '../app/context.ts'
import { claim } from './claim.ts'
import { newInvitations, newsBetween } from './news.ts'
import { createNotifications } from './notifications.ts'
import { canPlay, playSound } from './sound.ts'
import { isWaiting } from './unread.ts'

/** News that the lists bring within this time after connecting is old: the lists show it, but it is not announced. */
const SETTLE_MS = 5_000
/** A tab in which the user does not see the message waits this long, so that a tab in which it is seen comes first. */
const OTHER_TABS_MS = 300

/** Shows a notification and plays a sound for new messages that the user does not see, and for new invitations. */
export function announceNews(chat: Chat, frame: Frame): () => void {
  const { preferences, route } = frame
  const notifications = createNotifications(chat, frame)
  let before = chat.conversations.getSnapshot().items
  let invitationsBefore = chat.invitations.getSnapshot()
  let beginsAt = Number.POSITIVE_INFINITY

  const isSeen = (id: string) =>
    document.visibilityState === 'visible' && document.hasFocus() && route.conversationId.getSnapshot() === id

  /**
   * @param id of the conversation or the invitation
   * @param news the id of the message or the invitation
   */
  async function announce(id: string, news: string | undefined): Promise<void> {
    // The other tabs of this browser learn of the same news, and use the same name.
    const name = `admin-chat ${chat.user.getSnapshot()} ${news}`
    const seen = isSeen(id)
    // What arrived before the user switched on notifications or the sound is not announced.
    const notifies = notifications.isOn()
    const sounds = preferences.sound.getSnapshot()
    if (!seen) await new Promise((resolve) => setTimeout(resolve, OTHER_TABS_MS))
    const isWanted = (wanted: boolean) => seen || (wanted && isWaiting(chat, id))
    if (isWanted(notifies) && (await claim(name)) && !seen) notifications.show(id)
    if (isWanted(sounds && (await canPlay())) && (await claim(`${name} sound`)) && !seen) playSound()
  }

  function onState(): void {
    const state = chat.state.getSnapshot()
    if (isConnected(state)) beginsAt = Math.min(beginsAt, state.since + SETTLE_MS)
  }
  function onLists(): void {
    const { items } = chat.conversations.getSnapshot()
    const invitations = chat.invitations.getSnapshot()
    const messages = newsBetween(before, items, chat.user.getSnapshot())
    const received = newInvitations(invitationsBefore, invitations)
    before = items
    invitationsBefore = invitations
    notifications.update()
    if (Date.now() < beginsAt) return
    for (const { id, last_message } of messages) void announce(id, last_message?.id)
    for (const { id } of received) void announce(id, id)
  }

  onState()
  const stops = [
    chat.state.subscribe(onState),
    chat.conversations.subscribe(onLists),
    chat.invitations.subscribe(onLists),
  ]
  return () => {
    for (const stop of stops) stop()
    notifications.close()
  }
}
