import type { Chat, Pending, Room } from '../../client/index.ts'
import { RequestError } from '../../client/index.ts'
import type { View } from './events.ts'
import { createLogReader, type LogReader } from './log-reader.ts'

/** The open conversation. */
export interface OpenConversation {
  readonly id: string
  readonly room: Room
  /** Resolves when the message is stored; rejects if it is refused. */
  send(content: string): Promise<void>
  /** Shows one page of entries before the first one shown so far. */
  history(): Promise<void>
  /** Marks everything that was shown as read. */
  read(): Promise<void>
  /** The user's messages that are not acknowledged yet, or were refused. */
  unsent(): readonly Pending[]
  /** Shows nothing more. Leaves the conversation once everything that was written in it has been sent. */
  close(): void
}

/**
 * Opens a conversation. For a person, shows its latest messages, and then new entries as they arrive. For a script,
 * resolves once the end of the log is known, and shows the entries after it.
 */
export async function openConversation(
  chat: Chat,
  id: string,
  { interactive, show }: View,
  changed: () => void,
): Promise<OpenConversation> {
  const joined = interactive ? undefined : lastSeqOf(chat, id)
  const room = chat.open(id)
  const { log } = room
  const last = await joined
  if (last !== undefined && last > 0) await room.around(last)
  // A person does not wait until the log is loaded.
  const last_seq = Math.max(log.getSnapshot().lastSeq, listed(chat, id)?.last_seq ?? 0)
  const last_read_seq = log.getSnapshot().lastReadSeq
  show({ type: 'opened', conversation_id: id, last_seq, last_read_seq })
  const reader = createLogReader(id, interactive ? undefined : last_seq)
  // Passes the entries that are already loaded to the log reader, so that it notices changes to them.
  onLog()
  const unsubscribe = log.subscribe(onLog)

  function onLog(): void {
    const events = reader.read(log.getSnapshot())
    for (const event of events) show(event)
    const { entries, unreadCount } = log.getSnapshot()
    if (interactive && unreadCount > 0) room.read(entries.at(-1)?.seq ?? 0)
    changed()
  }

  const unsent = () => log.getSnapshot().pending

  return {
    id,
    room,
    send: (content) => acknowledged(room, room.send(content)),
    history: () => showEarlier(room, reader, show),
    async read() {
      const seq = log.getSnapshot().entries.at(-1)?.seq ?? 0
      const answered = chat.state.getSnapshot().phase === 'online' ? cursorAt(chat, id, seq) : undefined
      if (seq > log.getSnapshot().lastReadSeq) {
        room.read(seq)
        await answered
      }
      const { lastReadSeq: last_read_seq, unreadCount: unread_count } = log.getSnapshot()
      show({ type: 'marked_read', conversation_id: id, last_read_seq, unread_count })
    },
    unsent,
    close() {
      unsubscribe()
      whenSent(room, () => room.close())
    },
  }
}

async function showEarlier(room: Room, reader: LogReader, show: View['show']): Promise<void> {
  let events = reader.earlier(room.log.getSnapshot())
  if (events.length === 0 && room.log.getSnapshot().hasOlder) {
    await room.older()
    events = reader.earlier(room.log.getSnapshot())
  }
  if (events.length === 0) show({ type: 'nothing', of: 'earlier messages' })
  for (const event of events) show(event)
}

/** Resolves with the last `seq` of the log, as soon as the server reports it or the chat reads it over REST. */
function lastSeqOf(chat: Chat, id: string): Promise<number> {
  return new Promise((resolve) => {
    const settle = (seq: number) => {
      for (const stop of stops) stop()
      resolve(seq)
    }
    const check = () => {
      if (chat.state.getSnapshot().phase === 'polling') settle(listed(chat, id)?.last_seq ?? 0)
    }
    const stops = [
      chat.state.subscribe(check),
      chat.on('joined_conversation', (frame) => {
        if (frame.conversation_id !== id) return
        // Waits until the page in the answer has become part of the log.
        setImmediate(settle, frame.last_seq)
      }),
    ]
    check()
  })
}

const listed = (chat: Chat, id: string) =>
  chat.conversations.getSnapshot().items.find((conversation) => conversation.id === id)

/** Resolves when the server says that the user's cursor has reached this `seq`. */
function cursorAt(chat: Chat, id: string, seq: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = chat.on('*', (frame) => {
      if (frame.type !== 'marked_read' && frame.type !== 'joined_conversation') return
      if (frame.conversation_id !== id || frame.last_read_seq < seq) return
      stop()
      setImmediate(resolve)
    })
  })
}

function acknowledged({ log }: Room, id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => {
      const pending = log.getSnapshot().pending.find(({ clientMessageId }) => clientMessageId === id)
      if (pending && pending.status !== 'failed') return
      stop()
      if (pending?.error) reject(new RequestError(pending.error.code, pending.error.message))
      else resolve()
    }
    const stop = log.subscribe(check)
  })
}

/** Calls back when no message of the room waits to be sent. */
function whenSent({ log }: Room, done: () => void): void {
  const isSent = () => log.getSnapshot().pending.every(({ status }) => status === 'failed')
  if (isSent()) {
    done()
    return
  }
  const stop = log.subscribe(() => {
    if (!isSent()) return
    stop()
    done()
  })
}
