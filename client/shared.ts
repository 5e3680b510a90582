import type { Known } from './log/log.ts'
import type { ChatState, Entry, Pending } from './types.ts'
import type { Conversation, Invitation, Message, ServerFrame } from './wire.ts'

// What the tabs of one user share, over a channel or in the storage.

/** Where the shared connection stands. Every tab has the same status. */
export interface LinkStatus extends Omit<ChatState, 'storage'> {
  /**
   * Grows whenever another socket has authenticated, also while `phase` stays `online` (rotation): what was joined must
   * then be joined again. Grows by more than one if another tab has begun to lead, or if this tab was suspended.
   */
  readonly session: number
  /** True if the session took the place of one that was still open, so that no frame was missed. */
  readonly rotated: boolean
}

/** A message in the outbox. */
export interface OutboxItem extends Pending {
  readonly conversationId: string
  /** The server may have it already: no other message may be sent before it. */
  readonly tried?: boolean
  /** The user does not want to send it any more. */
  readonly isDiscarded?: boolean
  /** The message as the server has stored it, once that is known. */
  readonly acked?: Message
}

/** One page of each list, as polling reads them. */
export interface Polled {
  readonly conversations: readonly Conversation[]
  readonly cursor?: string
  readonly invitations: readonly Invitation[]
}

/** What the tabs of one user tell each other. Each event has one of these fields, and also reaches its sender. */
export interface TabEvent {
  /** A frame that the leader received. */
  readonly frame?: ServerFrame
  /** What the leader has read by polling. */
  readonly polled?: Polled
  /** A message was put into the outbox, has changed there or has left it. */
  readonly item?: OutboxItem
  /** The leader asks all tabs what is in their outbox, because the store may lack some of it. */
  readonly asksForItems?: true
  /** The user signed out in one of the tabs. */
  readonly signedOut?: true
  /**
   * Only for this tab. `leave`: its page is about to be closed or suspended, and what is sent now still goes out.
   * `return`: its page goes on, and may have missed events.
   */
  readonly page?: 'leave' | 'return'
}

/** The loaded part of a conversation's log. Functions return a new log, and change only the map `known` in place. */
export interface LogState {
  /** The id of the user who reads the log. */
  readonly user?: string | undefined
  /** By `seq`: what is shown, what is beyond a gap, and messages that were changed before they were loaded. */
  readonly known: Map<number, Known>
  /** What is shown, in the order of `seq`: everything from `first` to `last`. */
  readonly entries: readonly Entry[]
  readonly first: number
  /** `first` − 1 if nothing is loaded. */
  readonly last: number
  /** The first `seq` that the server still has; 1 if it removes nothing. */
  readonly start: number
  /** The highest `seq` that is known to exist. */
  readonly head: number
  /** The log has followed all changes after this `seq`. Older versions of entries are ignored. */
  readonly since: number
  /** The user's read cursor: messages of others up to here are read. */
  readonly myCursor: number
  /** The lowest read cursor of the others: messages of the user up to here are read. */
  readonly othersCursor: number
}
