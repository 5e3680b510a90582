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

  function note(id: string, user: string, isTyping = false): void {
    const users = timers.get(id) ?? new Map()
    const wasTyping = users.has(user)
    clearTimeout(users.get(user))
    if (isTyping) users.set(user, setTimeout(note, LAST_MS, id, user))
    else users.delete(user)
    if (users.size > 0) timers.set(id, users)
    else timers.delete(id)
    if (isTyping !== wasTyping) onChange(new Map([...timers].map(([id, users]) => [id, [...users.keys()]])))
  }

  const stop = chat.on('*', (frame) => {
    if (frame.type === 'user_typing') note(frame.conversation_id, frame.user_id, frame.is_typing)
    if (frame.type === 'new_message') note(frame.conversation_id, frame.message.sender_id)
    if (frame.type === 'participant_left') note(frame.conversation_id, frame.participant.id)
  })
  return () => {
    stop()
    for (const users of timers.values()) for (const timer of users.values()) clearTimeout(timer)
  }
}
