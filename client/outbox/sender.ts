import { backoffMs } from '../backoff.ts'
import type { Core, OutboxItem } from '../core.ts'
import { type FailureCode, RequestError } from '../errors.ts'
import type { Readable } from '../types.ts'
import type { ErrorCode, Json, JsonObject, Message } from '../wire.ts'

/** The server cannot say which request it answers if a frame is larger or deeper; this leaves room for the other fields. */
const MAX_MESSAGE_BYTES = 15.5 * 1024
const MAX_METADATA_LEVELS = 6

/** They say nothing about the message, even if the request is not worth repeating on the same connection. */
const transientCodes: readonly FailureCode[] = [
  'network',
  'timeout',
  'platform',
  'replaced',
  'token_expired',
  'unauthorized',
]

/** What the outbox needs of the REST API. */
export interface MessageApi {
  sendMessage(
    conversationId: string,
    message: {
      readonly content: string
      readonly metadata?: JsonObject
      readonly client_message_id: string
    },
  ): Promise<Message>
}

export interface SenderDeps {
  readonly core: Core
  readonly api: MessageApi
  /** The next message of this conversation, if one may be sent now. */
  next(conversationId: string): OutboxItem | undefined
  onStatus(item: OutboxItem): void
  onAcknowledged(item: OutboxItem, message: Message): void
}

/** Sends messages, one of a conversation at a time, until each is acknowledged or refused for good. */
export interface Sender {
  /** Sends what there is to send in this conversation. */
  run(conversationId: string): void
  stop(): void
}

export function createSender({ core, api, next, onStatus, onAcknowledged }: SenderDeps): Sender {
  const { clock, link, random } = core
  const running = new Set<string>()
  /** Ends each wait that is in progress. */
  const waits = new Set<() => void>()

  async function sendAll(conversationId: string): Promise<void> {
    running.add(conversationId)
    let failures = 0
    for (let item = next(conversationId); item; item = next(conversationId)) {
      failures = (await sendOnce(item, failures)) ? 0 : failures + 1
    }
    running.delete(conversationId)
  }

  /** Resolves with whether the message is done; if not, it can be sent again at once. */
  async function sendOnce(item: OutboxItem, failures: number): Promise<boolean> {
    const { session } = link.status.getSnapshot()
    onStatus({ ...item, status: 'sending' })
    try {
      onAcknowledged(item, await transmit(item))
      return true
    } catch (cause) {
      const error = cause instanceof RequestError ? cause : new RequestError('network', String(cause))
      const { code, message, retryable, retryAfterMs } = error
      if (!retryable && !transientCodes.includes(code)) {
        // No other code is left but those of the server.
        onStatus({ ...item, status: 'failed', error: { code: code as ErrorCode, message } })
        return true
      }
      onStatus({ ...item, status: 'waiting' })
      if (code === 'timeout') link.probe()
      else if (retryAfterMs) await wait(retryAfterMs)
      else if (link.status.getSnapshot().session === session)
        await wait(backoffMs(failures, random), link.status)
      return false
    }
  }

  async function transmit({
    conversationId,
    clientMessageId,
    content,
    metadata,
  }: OutboxItem): Promise<Message> {
    const message = { content, ...(metadata && { metadata }) }
    if (isTooLarge(message)) throw new RequestError('payload_too_large', 'The message is too large')
    if (link.status.getSnapshot().phase === 'polling')
      return api.sendMessage(conversationId, { ...message, client_message_id: clientMessageId })
    const fields = { conversation_id: conversationId, message, client_message_id: clientMessageId }
    return (await link.request('send_message', fields)).message
  }

  /** Ends earlier if the other value changes. */
  function wait(ms: number, change?: Readable<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clock.clearTimeout(timer)
        unsubscribe?.()
        waits.delete(end)
        resolve()
      }
      const timer = clock.setTimeout(end, ms)
      const unsubscribe = change?.subscribe(end)
      waits.add(end)
    })
  }

  return {
    run(conversationId) {
      if (!running.has(conversationId)) void sendAll(conversationId)
    },
    stop() {
      for (const end of waits) end()
    },
  }
}

function isTooLarge(message: { readonly metadata?: JsonObject }): boolean {
  return (
    new TextEncoder().encode(JSON.stringify(message)).length > MAX_MESSAGE_BYTES ||
    levelsOf(message.metadata) > MAX_METADATA_LEVELS
  )
}

function levelsOf(value: Json | undefined): number {
  return value && typeof value === 'object' ? 1 + Math.max(0, ...Object.values(value).map(levelsOf)) : 0
}
