import type { Chat, Message } from '../../client/index.ts'
import type { ChatEvent } from './events.ts'

/**
 * Shows new entries in conversations other than the open one: at once when the server pushes them, otherwise as soon as
 * the list shows them, for example after an outage. Returns a function that ends this.
 *
 * @param isOpen true for the conversation whose entries are shown anyway
 */
export function watchUpdates(
  chat: Chat,
  isOpen: (id: string) => boolean,
  show: (event: ChatEvent) => void,
): () => void {
  /** The last `seq` when the conversation was first listed. */
  const listed = new Map<string, number>()
  /** The last `seq` that was shown. */
  const shown = new Map<string, number>()

  function update(
    conversation_id: string,
    last_seq: number,
    unread: number | undefined,
    message: Message | null | undefined,
  ): void {
    if (last_seq <= (shown.get(conversation_id) ?? 0)) return
    shown.set(conversation_id, last_seq)
    if (isOpen(conversation_id)) return
    show({
      type: 'conversation_updated',
      conversation_id,
      last_seq,
      ...(unread === undefined ? {} : { unread }),
      ...(message?.seq === last_seq && { message }),
    })
  }

  function onList(): void {
    for (const { id, last_message, last_seq, unread_count } of chat.conversations.getSnapshot().items) {
      const known = listed.get(id)
      if (known === undefined) listed.set(id, last_seq)
      if (last_seq > (known ?? last_seq)) update(id, last_seq, unread_count, last_message)
    }
  }

  onList()
  const stops = [
    chat.conversations.subscribe(onList),
    chat.on('conversation_updated', (frame) => {
      const { conversation_id, last_message, last_seq, unread_count } = frame
      update(conversation_id, last_seq, unread_count, last_message)
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
