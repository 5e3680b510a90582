import * as z from 'zod/mini'
import { content, described, id, metadata, position } from '../fields.ts'
import { limits } from '../limits.ts'
import { conversation, firstSeq, logEntry, message } from '../model.ts'
import { connectionId, type Endpoint, idPath, integer, maxSeq, ownConnection, pageLimit } from './endpoint.ts'

const messagePath = z.object({ id, seq: integer(1, maxSeq) })

const historyQuery = z
  .object({
    limit: pageLimit(limits.pageMessages, 50),
    before: z.optional(integer(1, maxSeq)),
    after: z.optional(integer(0, maxSeq)),
    entries: described(
      z.optional(z.literal('all')),
      'Without `before` or `after`: the newest entries of every kind rather than messages only.',
    ),
  })
  .check(
    z.refine(({ before, after }) => before === undefined || after === undefined, {
      error: 'cannot be combined with after',
      path: ['before'],
    }),
  )
export type HistoryQuery = z.output<typeof historyQuery>

const postMessage = z.object({
  content,
  metadata: z.optional(metadata),
  client_message_id: z.optional(id),
  connection_id: connectionId,
})
export type PostMessage = z.output<typeof postMessage>

/** If metadata is absent, the stored metadata is kept. */
const editMessage = z.object({ content, metadata: z.optional(metadata), connection_id: connectionId })
export type EditMessage = z.output<typeof editMessage>

const deleteMessage = z.object({ connection_id: connectionId })
export type DeleteMessage = z.output<typeof deleteMessage>

/** Without `seq` everything is marked as read. */
const markRead = z.object({ seq: z.optional(position), connection_id: connectionId })
export type MarkRead = z.output<typeof markRead>

const stored = z.object({ message })

export const messageEndpoints = {
  'GET /api/admin/chat/conversations/{id}/messages': {
    operationId: 'listMessages',
    tag: 'messages',
    summary: 'A page of the log, oldest first: the newest messages, or the entries before or after a `seq`.',
    description:
      'Without `before`, `after` or `entries=all` the page contains only messages that were not deleted; with one of them, entries of every kind. `before` and `after` cannot be combined. For the next page, pass the `seq` of the first entry as `before`, or that of the last entry as `after`. `reset` means that the log does not continue the entries that the client has: `after` is beyond the end of the log, or older than what is kept.',
    path: idPath,
    query: historyQuery,
    data: z.object({
      messages: z.array(logEntry),
      last_seq: position,
      last_read_seq: position,
      first_seq: firstSeq,
      has_more: described(z.boolean(), 'True if there are more entries in the requested direction.'),
      reset: described(
        z.exactOptional(z.literal(true)),
        'The log does not continue the entries that the client has: `after` is beyond the end of the log, or before `first_seq` - 1.',
      ),
    }),
    codes: ['not_found'],
  },
  'POST /api/admin/chat/conversations/{id}/messages': {
    operationId: 'sendMessage',
    tag: 'messages',
    summary: 'Stores a message, pushes it to the other participants, and returns it.',
    description: `A repeated send with the same \`client_message_id\`, over REST or the socket, stores nothing new and returns the stored message; a send with the same key and other content is refused with \`idempotency_conflict\`.\n\n${ownConnection}`,
    path: idPath,
    body: postMessage,
    data: stored,
    codes: ['not_found', 'idempotency_conflict', 'payload_too_large'],
  },
  'PATCH /api/admin/chat/conversations/{id}/messages/{seq}': {
    operationId: 'editMessage',
    tag: 'messages',
    summary: "Replaces the content of the caller's message; the change is itself an entry of the log.",
    description: `If \`metadata\` is absent, the stored metadata stays. ${ownConnection}`,
    path: messagePath,
    body: editMessage,
    data: stored,
    codes: ['not_found', 'payload_too_large'],
  },
  'DELETE /api/admin/chat/conversations/{id}/messages/{seq}': {
    operationId: 'deleteMessage',
    tag: 'messages',
    summary: "Empties the caller's message; its `seq` remains in the log.",
    description: `Adds an entry \`message_updated\`. Deleting again returns the message and adds no entry.\n\n${ownConnection}`,
    path: messagePath,
    body: deleteMessage,
    data: stored,
    codes: ['not_found', 'payload_too_large'],
  },
  'POST /api/admin/chat/conversations/{id}/mark-read': {
    operationId: 'markRead',
    tag: 'messages',
    summary: "Moves the caller's read cursor forward, never back.",
    description: 'Without `seq` everything is marked as read.',
    path: idPath,
    body: markRead,
    data: z.object({
      last_read_seq: position,
      marked_read: described(
        z.int().check(z.minimum(0)),
        'The number of messages by others that the call has marked as read.',
      ),
      unread_count: conversation.shape.unread_count,
    }),
    codes: ['not_found', 'payload_too_large'],
  },
} as const satisfies Record<string, Endpoint>
