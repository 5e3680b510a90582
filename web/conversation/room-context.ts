import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Conversation, Entry, Room } from '../../client/index.ts'
import type { Source } from '../../client/readable.ts'
import type { Writing } from './writing.ts'

/** What the parts of an open conversation share. */
export interface OpenRoom {
  readonly id: string
  readonly room: Room
  /** Undefined if the list does not have it. */
  readonly conversation: Conversation | undefined
  /** Which message the user edits or answers. The actions of a message set this, and the composer resets it. */
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

// Provided around everything that reads it.
export const RoomContext = createContext(undefined as unknown as OpenRoom)

export const useRoom = (): OpenRoom => useContext(RoomContext)
