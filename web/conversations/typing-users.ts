import type { Chat } from '../../client/index.ts'

/** How long a notice lasts if no other follows (docs/protocol.md). */
const LAST_MS = 6000

/** The users who are typing, by conversation. */
export type TypingUsers = ReadonlyMap<string, readonly string[]>

/**
 * Follows who is typing where. The server tells this only to clients that have joined the conversation, so it is known
 * only for conversations that are open in some tab.
 *
 * @returns a function that stops it
 */
export function followTyping(chat: Pick<Chat, 'on'>, onChange: (typing: TypingUsers) => void): () => void {
  const timers = new Map<string, Map<string, ReturnType<typeof setTimeout>>>()

  function show(): void {
    onChange(new Map([...timers].map(([id, users]) => [id, [...users.keys()]])))
  }

  function end(id: string, user: string): void {
    const users = timers.get(id)
    if (!users?.has(user)) return
    clearTimeout(users.get(user))
    users.delete(user)
    if (users.size === 0) timers.delete(id)
    show()
  }

  function begin(id: string, user: string): void {
    const users = timers.get(id) ?? new Map()
    const isNew = !users.has(user)
    clearTimeout(users.get(user))
    users.set(
      user,
      setTimeout(() => end(id, user), LAST_MS),
    )
    timers.set(id, users)
    if (isNew) show()
  }

  const stop = chat.on('*', (frame) => {
    if (frame.type === 'user_typing') {
      if (frame.is_typing) begin(frame.conversation_id, frame.user_id)
      else end(frame.conversation_id, frame.user_id)
    }
    if (frame.type === 'new_message') end(frame.conversation_id, frame.message.sender_id)
  })
  return () => {
    stop()
    for (const users of timers.values()) for (const timer of users.values()) clearTimeout(timer)
  }
}
