import { backoffMs, pause } from '../backoff.ts'
import type { Core, OutboxItem } from '../core.ts'
import type { RequestError } from '../errors.ts'
import type { ErrorCode, Json, JsonObject, Message } from '../wire.ts'

/** The server cannot say which frame it refuses if that is larger or deeper; this leaves room for the other fields. */
const MAX_FRAME_BYTES = 15.5 * 1024
const MAX_METADATA_LEVELS = 6

/** They say nothing about the message, even if the request is not worth repeating on the same connection. */
const transientCodes = /platform|replaced|token_expired|unauthorized/

/** What the outbox needs of the REST API. */
export interface MessageApi {
  sendMessage(
    conversationId: string,
    message: {
      readonly content: string
      readonly metadata?: JsonObject | undefined
      readonly client_message_id: string
    },
  ): Promise<Message>
}

/**
 * Sends messages, one of a conversation at a time, until each is acknowledged or refused for good. The returned function
 * sends what there is to send in a conversation.
 *
 * @param next the next message of a conversation, if one may be sent now
 * @param change called with each change of a message
 */
export function createSender(
  { clock, link, random }: Core,
  api: MessageApi,
  next: (conversationId: string) => OutboxItem | undefined,
  change: (item: OutboxItem) => Promise<void>,
): (conversationId: string) => Promise<void> {
  const running = new Set<string>()

  async function transmit(item: OutboxItem): Promise<Message> {
    const { conversationId: conversation_id, clientMessageId: client_message_id, content, metadata } = item
    const message = { content, metadata }
    return link.status.getSnapshot().phase === 'polling' || isTooLarge(message)
      ? api.sendMessage(conversation_id, { ...message, client_message_id })
      : (await link.request('send_message', { conversation_id, message, client_message_id })).message
  }

  return async (conversationId) => {
    if (running.has(conversationId)) return
    running.add(conversationId)
    let failures = 0
    for (let item = next(conversationId); item; item = next(conversationId)) {
      const tried = { ...item, tried: true }
      await change({ ...tried, status: 'sending' })
      try {
        await change({ ...tried, acked: await transmit(item) })
        failures = 0
      } catch (cause) {
        const { code, message, retryable, retryAfterMs } = cause as RequestError
        if (retryable || transientCodes.test(code)) {
          await change({ ...tried, status: 'waiting' })
          // If the connection has ended, the next one does not wait.
          if (next(conversationId)) await pause(clock, retryAfterMs || backoffMs(failures++, random))
        } else {
          // No other codes are left but those of the server.
          const error = { code: code as ErrorCode, message }
          await change({ ...item, status: 'failed', tried: false, error })
        }
      }
    }
    running.delete(conversationId)
  }
}

/** For a frame; a call over REST is refused with the right code. */
const isTooLarge = (message: { readonly metadata: JsonObject | undefined }) =>
  new TextEncoder().encode(JSON.stringify(message)).length > MAX_FRAME_BYTES ||
  levelsOf(message.metadata) > MAX_METADATA_LEVELS

const levelsOf = (value: Json | undefined): number =>
  value && typeof value === 'object' ? 1 + Math.max(0, ...Object.values(value).map(levelsOf)) : 0
