import type { Chat, Conversation } from '../../client/index.ts'
import type { Frame } from '../app/context.ts'
import { nameOf, titleOf } from '../app/names.ts'
import type { Texts } from '../text/texts.ts'

/** The browser's notifications, one for each conversation. */
export interface Notifications {
  isOn(): boolean
  /** About the last message of a conversation. */
  show(conversationId: string): void
  /** Closes those about messages that were read or deleted meanwhile. */
  update(conversations: readonly Conversation[]): void
  /** Closes all. */
  close(): void
}

/** Phones show notifications only through a service worker, and have no such class or one that throws. */
export const hasNotifications = (): boolean => 'Notification' in globalThis

export function createNotifications(chat: Chat, { preferences, route, texts }: Frame): Notifications {
  const shown = new Map<string, Notification>()

  function show(id: string): void {
    const { items } = chat.conversations.getSnapshot()
    const conversation = items.find((item) => item.id === id)
    if (!conversation) return
    const title = titleOf(conversation, chat.user.getSnapshot() ?? '', texts.getSnapshot())
    // The tag replaces the notification about an earlier message, also that of another tab.
    const options = {
      body: bodyOf(conversation, texts.getSnapshot()),
      tag: `admin-chat ${id}`,
      icon: '/icon-192.png',
      silent: true,
    }
    try {
      const notification = new Notification(title, options)
      shown.set(id, notification)
      notification.onclick = () => {
        window.focus()
        route.go(id)
        notification.close()
      }
    } catch {}
  }

  return {
    isOn: () =>
      preferences.notifications.getSnapshot() && hasNotifications() && Notification.permission === 'granted',
    show,
    update(conversations) {
      for (const { id, unread_count, last_message } of conversations) {
        if (unread_count > 0 && !last_message?.deleted_at) continue
        shown.get(id)?.close()
        shown.delete(id)
      }
    },
    close() {
      for (const notification of shown.values()) notification.close()
    },
  }
}

/** In a group, with the name of the sender. */
function bodyOf({ last_message, is_group, participants }: Conversation, texts: Texts): string {
  if (!last_message) return ''
  if (last_message.deleted_at) return texts.deletedMessage
  const sender = is_group && participants.find(({ id }) => id === last_message.sender_id)
  return sender ? texts.says(nameOf(sender), last_message.content) : last_message.content
}
