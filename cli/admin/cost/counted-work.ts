import type { AdminRoute } from '../../../lambdas/rest/handler.ts'
import type { ClientFrame } from '../../../protocol/frames.ts'

/**
 * Capacity units of DynamoDB. test/lambdas/stores counts them on a real engine and fails if a number here is wrong, so
 * the bill that `npm run admin -- cost` prints always matches the code.
 */
export interface Units {
  readonly readUnits: number
  readonly writeUnits: number
}

const units = (readUnits: number, writeUnits: number): Units => ({ readUnits, writeUnits })

/** Each REST route, in a conversation of two or a group of two, without the read that checks the caller. */
export const restUnits: Record<AdminRoute, Units> = {
  'GET /api/admin/chat/conversations': units(10, 0),
  'POST /api/admin/chat/conversations': units(9, 20),
  'GET /api/admin/chat/conversations/{id}/messages': units(5, 0),
  'POST /api/admin/chat/conversations/{id}/messages': units(4, 4),
  'PATCH /api/admin/chat/conversations/{id}/messages/{seq}': units(7, 4),
  'DELETE /api/admin/chat/conversations/{id}/messages/{seq}': units(7, 4),
  // The test has deleted a message before, and reading the log up to it takes one of these units.
  'POST /api/admin/chat/conversations/{id}/mark-read': units(4, 1),
  'POST /api/admin/chat/conversations/{id}/invitations': units(12, 14),
  'GET /api/admin/chat/conversations/{id}/invitations': units(7, 0),
  'POST /api/admin/chat/conversations/{id}/owner': units(8, 4),
  // Two of the units keep the read cursor of the last other participant.
  'DELETE /api/admin/chat/conversations/{id}/participants/{user_id}': units(9, 10),
  'POST /api/admin/chat/conversations/{id}/leave': units(8, 8),
  'GET /api/admin/chat/invitations': units(4, 0),
  'POST /api/admin/chat/invitations': units(5, 12),
  'PUT /api/admin/chat/invitations/{id}/respond': units(11, 18),
  'DELETE /api/admin/chat/invitations/{id}': units(4, 8),
  // One unit for each user found.
  'GET /api/admin/chat/admins/search': units(2, 0),
}

/** The read that checks the caller of every REST route. */
export const callerUnits = units(1, 0)

/** Each frame, in a conversation of two on a connection that has joined it. The message has no `client_message_id`. */
export const frameUnits: Record<ClientFrame['type'], Units> = {
  authenticate: units(1, 8),
  join_conversation: units(4, 5),
  ping: units(2, 1),
  typing: units(1, 1),
  mark_read: units(3, 2),
  send_message: units(4, 1),
  leave_conversation: units(0, 5),
}

/** The sizes of conversations in which the work of a message is counted. */
export const countedSizes = [2, 10, 100] as const
type Size = (typeof countedSizes)[number]

/** The frames whose work depends on the number of participants; the message is short and has a `client_message_id`. */
export const unitsBySize: Record<'send_message' | 'typing' | 'mark_read', Record<Size, Units>> = {
  send_message: { 2: units(4, 4), 10: units(14, 4), 100: units(112, 4) },
  typing: { 2: units(1, 1), 10: units(1, 2), 100: units(5, 2) },
  mark_read: { 2: units(3, 2), 10: units(5, 3), 100: units(12, 2) },
}

/**
 * Consecutive round trips of a function to AWS, each of which waits for the one before it. They determine how long the
 * function waits.
 */
export const roundTrips = { send_message: 3, typing: 3 } as const

/**
 * Events of a connection and of the worker, for a user with one connection and with one conversation, shared with one
 * other user.
 */
export const eventUnits = {
  connect: units(0, 1),
  disconnect: units(0, 1),
  /** The task that removes the rows of a connection. Presence is counted separately. */
  cleanup: units(0, 5),
  /** The task that closes connections that have not authenticated in time. */
  deadline: units(1, 0),
  /** A sweep without connections: one query for each part of the register. */
  idleSweep: units(10, 0),
  /** What a connection adds to the sweep that checks it. */
  sweepCheck: units(3, 0),
} as const

interface PresenceSize {
  /** Connections of the user. */
  readonly devices: number
  readonly conversations: number
  /** Other users who share a conversation with the user. */
  readonly contacts: number
}

/** A computation of presence that finds nothing new. */
export const presenceCheck = ({ devices }: Pick<PresenceSize, 'devices'>): Units => units(2 + devices, 1)

/** A computation of presence that finds a change and announces it. */
export const presenceChange = ({ devices, conversations, contacts }: PresenceSize): Units =>
  units(3 + devices + conversations + contacts, 2)

/** The write that records a connect or a disconnect for the computation of presence. */
export const presenceNote = units(0, 1)
