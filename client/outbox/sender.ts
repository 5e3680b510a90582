import { backoffMs, pause } from '../backoff.ts'
import type { Core, OutboxItem } from '../core.ts'
import { RequestError } from '../errors.ts'
import type { ErrorCode, Json, JsonObject, Message } from '../wire.ts'

/** The server cannot say which request it answers if a frame is larger or deeper; this leaves room for the other fields. */
const MAX_MESSAGE_BYTES = 15.5 * 1024
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
 * @param update called with each change of a message
 */
export function createSender(
  { clock, link, random }: Core,
  api: MessageApi,
  next: (conversationId: string) => OutboxItem | undefined,
  update: (item: OutboxItem) => void,
): (conversationId: string) => Promise<void> {
  const running = new Set<string>()

  async function transmit(item: OutboxItem): Promise<Message> {
    const { conversationId: conversation_id, clientMessageId: client_message_id, content, metadata } = item
    const message = { content, metadata }
    if (isTooLarge(message)) throw new RequestError('payload_too_large', 'The message is too large')
    return link.status.getSnapshot().phase === 'polling'
      ? api.sendMessage(conversation_id, { ...message, client_message_id })
      : (await link.request('send_message', { conversation_id, message, client_message_id })).message
  }

  return async (conversationId) => {
    if (running.has(conversationId)) return
    running.add(conversationId)
    let failures = 0
    for (let item = next(conversationId); item; item = next(conversationId)) {
      update({ ...item, status: 'sending', tried: true })
      try {
        update({ ...item, acked: await transmit(item) })
        failures = 0
      } catch (cause) {
        const { code, message, retryable, retryAfterMs } = cause as RequestError
        const isFinal = !retryable && !transientCodes.test(code)
        // No other codes are final but those of the server.
        const error = { code: code as ErrorCode, message }
        update(
          isFinal
            ? { ...item, status: 'failed', tried: false, error }
            : { ...item, status: 'waiting', tried: true },
        )
        const waitMs = isFinal ? 0 : retryAfterMs || backoffMs(failures++, random)
        // If the connection has ended, the next one does not wait.
        if (waitMs && next(conversationId)) await pause(clock, waitMs)
      }
    }
    running.delete(conversationId)
  }
}

const isTooLarge = (message: { readonly metadata: JsonObject | undefined }) =>
  new TextEncoder().encode(JSON.stringify(message)).length > MAX_MESSAGE_BYTES ||
  levelsOf(message.metadata) > MAX_METADATA_LEVELS

const levelsOf = (value: Json | undefined): number =>
  value && typeof value === 'object' ? 1 + Math.max(0, ...Object.values(value).map(levelsOf)) : 0
