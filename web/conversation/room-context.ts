import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Conversation, Entry, Message, Room } from '../../client/index.ts'
import { type Source, source } from '../../client/readable.ts'

/** What the composer writes at the moment, besides new messages. */
export type Writing = { readonly kind: 'edit' | 'reply'; readonly message: Message } | undefined

/** What the parts of an open conversation share. */
export interface OpenRoom {
  readonly id: string
  readonly room: Room
  /** Undefined if the list does not have it. */
  readonly conversation: Conversation | undefined
  /** The actions of a message set it; the composer reads it, and resets it once it is done. */
  readonly writing: Source<Writing>
  /** The name of a participant, also of a former one as far as the log knows it. */
  nameOf(userId: string): string
  /** Shows the entry with this `seq`, loading it if necessary. */
  scrollTo(seq: number): void
  /** Shows the newest entries. */
  scrollToEnd(): void
  /** The entry with this `seq`, if it is loaded. */
  find(seq: number): Entry | undefined
}

/** By the drafts of their conversations, because an edit or a reply is there again when the user returns. */
const writings = new WeakMap<Room['draft'], Source<Writing>>()

/** What is being written in a conversation. */
export function writingIn({ draft }: Room): Source<Writing> {
  const writing = writings.get(draft) ?? source<Writing>(undefined)
  writings.set(draft, writing)
  return writing
}

// Provided around everything that reads it.
export const RoomContext = createContext(undefined as unknown as OpenRoom)

export const useRoom = (): OpenRoom => useContext(RoomContext)
