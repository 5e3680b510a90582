import * as z from 'zod/mini'
import { ChatError } from './errors.ts'
import { content, described, id, metadata, parseFields, position, requestId, userId } from './fields.ts'
import { parseObject } from './json.ts'
import type { FrameType } from './routes.ts'

/** Client to server, by type. Unknown fields are ignored. */
export const clientFrames = {
  authenticate: z.object({ type: z.literal('authenticate'), token: z.string() }),
  join_conversation: z.object({
    type: z.literal('join_conversation'),
    conversation_id: id,
    after_seq: described(z.optional(position), 'The last `seq` that the client holds.'),
  }),
  leave_conversation: z.object({ type: z.literal('leave_conversation'), conversation_id: id }),
  send_message: z.object({
    type: z.literal('send_message'),
    conversation_id: id,
    message: z.object({
      content,
      metadata: z.optional(metadata),
      id: described(
        z.optional(z.unknown()),
        'May name a message already stored over REST; any other value of it is dropped.',
      ),
    }),
    sender_id: described(z.optional(userId), 'The user of the connection, and nobody else.'),
    client_message_id: z.optional(id),
  }),
  mark_read: z.object({ type: z.literal('mark_read'), conversation_id: id, seq: position }),
  typing: z.object({ type: z.literal('typing'), conversation_id: id, is_typing: z.boolean() }),
  ping: z.object({ type: z.literal('ping') }),
} as const satisfies Record<FrameType, z.ZodMiniType>

export type ClientFrame<T extends FrameType = FrameType> = z.output<(typeof clientFrames)[T]>

/** What arrived, or why it was refused; either may carry the `request_id` that its answer repeats. */
export interface Parsed {
  readonly requestId?: string
  readonly result: ClientFrame | ChatError
}

const isFrameType = (type: string): type is FrameType => Object.hasOwn(clientFrames, type)

/** Reads one text frame. Never throws. */
export function parseClientFrame(text: string): Parsed {
  let request: { readonly requestId?: string } = {}
  try {
    const frame = parseObject(text, 'frame')
    const { request_id } = parseFields(z.object({ request_id: z.optional(requestId) }), frame)
    if (request_id !== undefined) request = { requestId: request_id }
    const { type } = parseFields(z.object({ type: z.string() }), frame)
    if (!isFrameType(type)) throw new ChatError('unknown_type', 'type: no such frame type')
    return { ...request, result: parseFields(clientFrames[type] as z.ZodMiniType<ClientFrame>, frame) }
  } catch (error) {
    if (error instanceof ChatError) return { ...request, result: error }
    throw error
  }
}
