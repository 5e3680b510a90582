import type { Chat, Conversation } from '../../client/index.ts'
import type { Frame } from '../app/context.ts'
import { nameOf, titleOf } from '../app/names.ts'
import type { Texts } from '../text/texts.ts'
import { isWaiting } from './unread.ts'

/** The browser's notifications, one for each conversation and each invitation. */
export interface Notifications {
  isOn(): boolean
  /** Shows one about the last message of the conversation with this id, or about the invitation with this id. */
  show(id: string): void
  /** Closes those about messages that were read or deleted meanwhile, and about invitations that have ended. */
  update(): void
  /** Closes all. */
  close(): void
}

/** What a notification says, and which conversation a click on it opens; if undefined, the list. */
interface Content {
  readonly title: string
  readonly body: string
  readonly opens: string | undefined
}

/** Phones show notifications only through a service worker: the class is missing, or its constructor throws. */
export const hasNotifications = (): boolean => 'Notification' in globalThis

export function createNotifications(chat: Chat, { preferences, route, texts }: Frame): Notifications {
  const shown = new Map<string, Notification>()

  function show(id: string): void {
    const content = contentOf(id)
    if (!content) return
    const { title, body, opens } = content
    // The tag replaces the notification about an earlier message, even that of another tab.
    const options = { body, tag: `admin-chat ${id}`, icon: '/icon-192.png', silent: true }
    try {
      const notification = new Notification(title, options)
      shown.set(id, notification)
      notification.onclick = () => {
        window.focus()
        route.go(opens)
        notification.close()
      }
    } catch {}
  }

  function contentOf(id: string): Content | undefined {
    const own = texts.getSnapshot()
    const invitation = chat.invitations.getSnapshot().find((it) => it.id === id)
    // A click leads to the list, because invitations are shown above it.
    if (invitation)
      return {
        title: own.newInvitation(nameOf(invitation.from_user)),
        body: invitation.message,
        opens: undefined,
      }
    const conversation = chat.conversations.getSnapshot().items.find((it) => it.id === id)
    if (!conversation) return undefined
    const title = titleOf(conversation, chat.user.getSnapshot() ?? '', own)
    return { title, body: bodyOf(conversation, own), opens: id }
  }

  return {
    isOn: () =>
      preferences.notifications.getSnapshot() && hasNotifications() && Notification.permission === 'granted',
    show,
    update() {
      for (const [id, notification] of shown) {
        if (isWaiting(chat, id)) continue
        notification.close()
        shown.delete(id)
      }
    },
    close() {
      for (const notification of shown.values()) notification.close()
    },
  }
}

/** The text of the last message; in a group, with the name of the sender. */
function bodyOf({ last_message, is_group, participants }: Conversation, texts: Texts): string {
  if (!last_message) return ''
  if (last_message.deleted_at) return texts.deletedMessage
  const sender = is_group && participants.find(({ id }) => id === last_message.sender_id)
  return sender ? texts.says(nameOf(sender), last_message.content) : last_message.content
}
