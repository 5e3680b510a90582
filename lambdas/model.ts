import type { KeyObject } from 'node:crypto'
import type { Person } from '../protocol/model.ts'

/**
 * The domain types that rules and stores share. Fields that end in `At` are ISO 8601 text where a log or a client
 * keeps them (`createdAt`, `readAt`, `editedAt`, `deletedAt`), otherwise epoch milliseconds.
 */

export interface User extends Person {
  /** Only `admin` may chat. */
  readonly role: string
  /** Tokens issued in this second (since the epoch) or before are refused; absent if the user was never signed out. */
  readonly signedOutAt?: number
}

/** A WebSocket connection. */
export interface Connection {
  readonly id: string
  /** Absent until the connection has authenticated. */
  readonly user?: string
  readonly tokenExpiresAt: number
  /** The conversations that it has joined. */
  readonly joined: ReadonlySet<string>
  readonly openedAt: number
  /** When its last counted frame arrived; during a burst, a little later. */
  readonly heardAt: number
}

/** An authenticated connection, as listed in its user's row. */
export interface UserConnection {
  readonly id: string
  readonly user: string
  /** When it opened, by API Gateway's clock. */
  readonly since: number
  readonly tokenExpiresAt: number
}

/** What identifies a connection in the register of open connections. */
export interface ConnectionRef {
  readonly id: string
  /** When it opened, by API Gateway's clock: every event of a connection has the same time. */
  readonly openedAt: number
}

/** A connection in the register of open connections. */
export interface Registered extends ConnectionRef {
  /** Absent until the connection has authenticated. */
  readonly user?: string
  /** When the token expires; the sweep updates it after a renewal. 0 until the connection has authenticated. */
  readonly tokenExpiresAt: number
  /** The IP address of the client, until the connection has authenticated; absent if it is not known. */
  readonly address?: string
}

/** Where a frame came from, and when, by API Gateway's clock. */
export interface FrameSource {
  readonly connection: string
  readonly connectedAt: number
  readonly receivedAt: number
}

/** The state of a connection's rate limits (chat/rates.ts), epoch milliseconds. */
export interface RateState {
  /** The arrival time for frames. */
  readonly arrival: number
  /** The arrival time for `typing` frames. */
  readonly typing: number
  /** The latest time as of which a frame of the connection was counted. */
  readonly clock: number
}

/** The outcome of admitting a frame. */
export type Admission =
  | { readonly outcome: 'admitted'; readonly connection: Connection }
  /** The connection does not exist, or no longer does. */
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'too_fast'; readonly waitMs: number }

/** The outcome of admitting a frame that has a second rate: `paced` is true if the frame kept to both. */
export type PacedAdmission =
  | Exclude<Admission, { readonly outcome: 'admitted' }>
  | (Extract<Admission, { readonly outcome: 'admitted' }> & { readonly paced: boolean })

/** What happened to one of a user's connections. */
export type PresenceChangeKind = 'connected' | 'disconnected'

/** The first connection of a user that opened or ended since presence was last computed. */
export interface PresenceChange {
  readonly connection: string
  readonly at: number
}

/** A user's presence as it was last computed. */
export interface Presence {
  readonly online: boolean
  /** When any of the user's connections was last heard from; 0 if never. */
  readonly lastSeen: number
  /** When a queued task computes presence again; 0 if none is queued. */
  readonly checkAt: number
  /** When `online` last changed. */
  readonly changedAt: number
  /** True if the change has been announced to everyone who shares a conversation with the user. */
  readonly announced: boolean
  readonly connected?: PresenceChange
  readonly disconnected?: PresenceChange
  /** Incremented by every computation, announcement and disconnect. */
  readonly version: number
  /** Incremented by every connect; a computation writes back the value that it has read. */
  readonly connects: number
}

/** A participant of a conversation. */
export interface Participant {
  readonly user: string
  /** The connections with which the participant has joined, and when the token of each expires. */
  readonly joined: ReadonlyMap<string, number>
  /** The read cursor: everything up to this `seq` is read. */
  readonly readSeq: number
  /** The number of messages by others up to the cursor. */
  readonly readOthers: number
  /** When the cursor last moved. */
  readonly readAt?: string
  /** `seq` of the entry that records the join; absent for the first participants of a conversation. */
  readonly joinedSeq?: number
  /**
   * The read cursor of the other participant who left last. It counts while there are no other participants, so that
   * messages which that user has read stay read. Absent on rows of an older version.
   */
  readonly lastOther?: Pick<Participant, 'readSeq' | 'readAt'>
}

export type ReadCursor = Pick<Participant, 'readSeq' | 'readOthers'>

/** The additional fields of a group. */
export interface Group {
  /** The user who created the group, and who owns it at first. */
  readonly creator: string
  /** The user who owns the group; absent as long as the creator is the owner. */
  readonly owner?: string
  readonly title?: string
}

/** Where the visible part of a log begins. Entries before it have expired, whether or not they are still stored. */
export interface LogStart {
  /** `seq` of the first visible entry; of the next entry if none is visible. Never moves back. */
  readonly seq: number
  /** No entry from `seq` on is older than this, ISO 8601. */
  readonly since: string
  /** How many messages each user had sent before the start; absent once the group has been large. */
  readonly sent?: ReadonlyMap<string, number> | undefined
}

/** The two ends of a conversation's log. */
export interface ConversationTail {
  /** The newest entry. */
  readonly last?: Entry
  /** Absent as long as nothing has expired. */
  readonly start?: LogStart
  /** How many turns have been taken; 0 if writers have never competed. */
  readonly turnsIssued: number
}

/** Everything that a send needs to know about a conversation. */
export interface ConversationHead extends ConversationTail {
  readonly id: string
  readonly createdAt: string
  readonly participants: ReadonlyMap<string, Participant>
  /** Absent for a conversation of two. */
  readonly group?: Group
  /** Former participants of a conversation of two, who are still shown. */
  readonly former?: ReadonlySet<string>
}

/** A conversation in a user's list. */
export interface Listed {
  readonly id: string
  /**
   * When it was last listed as active, epoch milliseconds. Its last activity may be later, but only within the same
   * hour. 0 on the oldest rows, which say nothing about it.
   */
  readonly listedAt: number
  /** When it was last active, ISO 8601; absent until a reader of the list has noted it. */
  readonly lastAt?: string
  /** When the user became a participant; absent on rows of an older version. */
  readonly since?: string
}

const HOUR_MS = 3_600_000

/** When the hour of a time ends; both in epoch milliseconds. */
export const endOfHour = (at: number): number => (Math.floor(at / HOUR_MS) + 1) * HOUR_MS

/** The fields that every entry of a conversation's log has. */
interface EntryBase {
  readonly id: string
  readonly seq: number
  readonly sender: string
  /** Never earlier than the previous entry's, whatever the clocks say. */
  readonly createdAt: string
  /**
   * How many messages each user, past participants included, has sent up to and including this entry, deleted ones
   * included. Exact, because each entry is derived from its direct predecessor. Absent once the group has been large.
   */
  readonly sent?: ReadonlyMap<string, number> | undefined
  /**
   * For its sender and the ten others who are furthest ahead of the clock: the time up to which their messages use up
   * the allowed rate. Because of this field, limiting the rate takes no further reads or writes.
   */
  readonly paid?: ReadonlyMap<string, number> | undefined
  /** The highest turn served up to and including this entry; absent until writers first competed. */
  readonly turn?: number | undefined
  /** `seq` of the newest message up to this entry; absent on messages, and if there is none. */
  readonly messageSeq?: number | undefined
  /** `seq` of the newest change of participants up to this entry; absent if there is none. */
  readonly changeSeq?: number | undefined
  /**
   * No message with a higher `seq` was deleted up to this entry; 0 if none was deleted. Absent on rows of an older
   * version.
   */
  readonly deletedSeq?: number | undefined
}

/** A message with its current content; empty once deleted. */
export interface MessageEntry extends EntryBase {
  readonly kind: 'message'
  readonly content: string
  /** JSON text, so that clients receive exactly what was sent. */
  readonly metadata?: string | undefined
  readonly clientMessageId?: string | undefined
  /** The key of the hash in the row of the `client_message_id`; absent once the message was edited or deleted. */
  readonly hashKey?: string | undefined
  readonly editedAt?: string
  readonly deletedAt?: string
}

/** Records that the message at `targetSeq` was edited or deleted. Only that message holds the content. */
export interface UpdateEntry extends EntryBase {
  readonly kind: 'message_updated'
  readonly targetSeq: number
  /** True if the message was deleted rather than edited. */
  readonly deletion?: true | undefined
}

/**
 * Records that its sender joined or left a group, or made another participant its owner. Holds no name: names are read
 * when the entry is shown, so that none remains after its user is removed. Rows of an older version have a `person`,
 * which is ignored.
 */
export interface ParticipantEntry extends EntryBase {
  readonly kind: 'participant_joined' | 'participant_left' | 'owner_changed'
  /** The owner who removed the participant; absent if the participant left. */
  readonly removedBy?: string | undefined
  /** Who owns the group from this entry on; absent if the entry does not change the owner. */
  readonly owner?: string | undefined
}

/** An entry of a conversation's log. */
export type Entry = MessageEntry | UpdateEntry | ParticipantEntry

/** The send that used a `client_message_id` first. */
export interface StoredSend {
  readonly seq: number
  /** Hash of the content that was sent, keyed with the message's `hashKey`; absent if it had to be removed. */
  readonly hash?: string | undefined
}

/** The outcome of an append: `taken` if another entry has this `seq`, or the send that used the key before. */
export type AppendOutcome = 'stored' | 'taken' | StoredSend

/**
 * The outcome of writing an entry together with the change that it records: `taken` if another entry has this
 * `seq`, `refused` if the change is not possible, or no longer is.
 */
export type ClaimOutcome = 'stored' | 'taken' | 'refused'

/** An invitation as it is listed for its two users while it is open: without its text. */
export interface ListedInvitation {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly createdAt: string
  /** From then on it no longer exists for clients. */
  readonly expiresAt: number
  /** Set if the invitation is to an existing group. */
  readonly group?: InvitedGroup
  /** Set if an older version stored it: then it is listed by its id instead of its time. */
  readonly isListedById?: true
}

export interface StoredInvitation extends ListedInvitation {
  readonly message: string
  readonly status: 'pending' | 'accepted' | 'rejected' | 'withdrawn'
  /** Set once the invitation is accepted. */
  readonly conversation?: string
}

/** An invitation before it is stored, which also sets when it expires. */
export type NewInvitation = Omit<StoredInvitation, 'expiresAt' | 'isListedById'>

/** The invitations that a user has sent, as far as they limit new ones. */
export interface SentInvitations {
  /** Those that are neither answered nor withdrawn; some may have expired. */
  readonly listed: readonly ListedInvitation[]
  /** How many invitations of each kind the user has ever sent. */
  readonly sent: Readonly<Record<InvitationKind, number>>
  /** When the latest invitations to the same user, or to the same user and group, were sent. */
  sentTo(invitation: Pick<ListedInvitation, 'to' | 'group'>): readonly number[]
}

/** The kinds of invitations, which are limited separately. */
export type InvitationKind = 'pairs' | 'groups'

/** The conditions for storing invitations, so that concurrent ones cannot exceed a limit. */
export interface SendingLimits {
  /** The most invitations of this kind that the user may have sent before. */
  readonly maxSent: number
  /** The times that were read. Nothing is stored if they have changed since. */
  readonly sentTo: SentInvitations['sentTo']
}

/** A repeatable call that creates a group. */
export interface GroupRequest {
  readonly user: string
  /** Its `client_request_id`. */
  readonly id: string
  /** Hash of its content. */
  readonly hash: string
}

/** The group of an invitation, with its title when the invitation was sent. */
export interface InvitedGroup {
  readonly id: string
  readonly title?: string
}

/** An invitation to a group. */
export type GroupInvitation = StoredInvitation & { readonly group: InvitedGroup }

/** The link between two users: their open invitation or their conversation. */
export type Bond = { readonly invitation: string } | { readonly conversation: string }

/** Deferred work. Tasks may run more than once and in any order. */
export type Task =
  /** Computes a user's presence, and announces it if it has changed. */
  | {
      readonly task: 'presence'
      readonly user: string
      /** When the task is due, if the user's presence row records that time. */
      readonly checkAt?: number
    }
  /** Closes the connections that opened in the slot that begins at this time, unless they have authenticated. */
  | { readonly task: 'auth_deadline'; readonly slot: number }
  /** Removes everything that is stored about a connection that has ended. */
  | {
      readonly task: 'cleanup'
      readonly connection: string
      readonly user: string
      /** When it ended. */
      readonly at: number
    }
  /** Closes a connection that a newer one of the same user replaces. */
  | { readonly task: 'retire'; readonly connection: string }
  /** Posts an entry of the log to connections that were not reached in time. */
  | {
      readonly task: 'deliver'
      readonly conversation: string
      readonly seq: number
      /** Connections that receive `new_message`. */
      readonly messageTo: readonly string[]
      /** Connections that receive `conversation_updated`. */
      readonly updateTo: readonly string[]
    }
  /** Moves the starts of the logs of a user's conversations, and removes what has expired. */
  | { readonly task: 'expire'; readonly user: string }
  /** Removes the entries of a log before a `seq` that is, or was, the start of the log. */
  | { readonly task: 'remove_expired'; readonly conversation: string; readonly before: number }
  /** Ends the conversations and invitations of a user who was removed or is no longer an administrator. */
  | {
      readonly task: 'dismiss'
      readonly user: string
      /** When the user was removed or lost the role. If the role was given back, what began later is kept. */
      readonly at: number
    }
  /** Posts a frame to connections of a user that were not reached in time. */
  | {
      readonly task: 'push'
      readonly user: string
      readonly connections: readonly string[]
      readonly frame: string
      /** Posted instead of a frame that is refused for its size. */
      readonly pointer?: string | undefined
      /** The conversation, if only its participants may receive the frame. */
      readonly conversation?: string | undefined
    }

/** The fields of one kind of task. */
export type TaskOf<T extends Task['task']> = Omit<Extract<Task, { readonly task: T }>, 'task'>

/** Events that concern security; each leaves one line in the log. docs/operations.md describes them. */
export type AuditEvent = 'token_refused' | 'connection_closed' | 'membership_changed' | 'role_changed'

/** Writes such an event to the log. Ids and codes only: never a token, a secret, a name or content. */
export type Audit = (event: AuditEvent, fields: Readonly<Record<string, string | undefined>>) => void

/** The keys that may have signed a token, newest first; as key objects, so that verifying need not parse them. */
export interface SecretSource {
  /**
   * @param suspect true if none of the known keys has signed a token. The source then checks whether the secret was
   *   rotated, unless it has just checked. Rejects if it cannot check.
   */
  current(suspect?: boolean): Promise<readonly KeyObject[]>
}
