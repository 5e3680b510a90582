import { backoffMs, pause } from '../backoff.ts'
import type { Core } from '../core.ts'
import type { RequestError } from '../errors.ts'
import { failure } from '../failures.ts'
import type { OutboxItem } from '../shared.ts'
import type { ErrorCode, JsonObject, Message } from '../wire.ts'

/**
 * If a frame has more than 16 KB or is nested too deep, the server cannot say which frame it refuses. Such messages,
 * and a few others, go over REST, where each call has its own answer.
 */
const MAX_FRAME_CHARACTERS = 5000
const MAX_METADATA_BRACKETS = 6

/** These codes say nothing about the message, even where repeating the request on the same connection is pointless. */
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
 * Sends the messages of each conversation one at a time, until each is acknowledged or refused for good. The returned
 * function sends whatever may be sent in a conversation.
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
    return link.status().phase === 'polling' || isTooLarge(item)
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
        const acked = await transmit(item)
        if (!acked?.seq) throw failure('platform')
        await change({ ...tried, acked })
        failures = 0
      } catch (cause) {
        const { code, message, retryable, retryAfterMs } = cause as RequestError
        if (retryable || transientCodes.test(code)) {
          await change({ ...tried, status: 'waiting' })
          // If the connection has ended, there is no pause, and the next connection sends at once.
          if (next(conversationId)) await pause(clock, retryAfterMs || backoffMs(failures++, random))
        } else {
          // Only codes of the server are left here.
          const error = { code: code as ErrorCode, message }
          await change({ ...item, status: 'failed', tried: false, error })
        }
      }
    }
    running.delete(conversationId)
  }
}

/** A character has up to three bytes, and there are at least as many brackets as levels. */
const isTooLarge = ({ content, metadata = {} }: Pick<OutboxItem, 'content' | 'metadata'>) => {
  const text = JSON.stringify(metadata)
  return (
    JSON.stringify(content).length + text.length > MAX_FRAME_CHARACTERS ||
    text.split(/[[{]/).length > MAX_METADATA_BRACKETS + 1
  )
}
