import { toSeenEntry } from '../../model/ledger.ts'
import type { Frame } from '../../model/receive.ts'
import { type Draft, requestIdOf, SendQueue, toFrame } from '../../model/send-queue.ts'
import type { Client } from './client.ts'
import { callRest, isRetryable, retryAfterMs } from './rest.ts'

interface PromisedDraft extends Draft {
  /** Called with the `seq`, or with undefined if the message was refused for good. */
  readonly settle: (seq: number | undefined) => void
}

/**
 * Sends one message at a time in each conversation, unless the client is hasty. Retries each with the same key until it
 * is acknowledged.
 */
export class Outbox {
  readonly #client: Client
  readonly #queue: SendQueue<PromisedDraft>

  constructor(client: Client) {
    this.#client = client
    this.#queue = new SendQueue(client, client.options.hasty)
  }

  get isEmpty(): boolean {
    return this.#queue.isEmpty
  }

  /** Resolves with the `seq` once the message is acknowledged, or with undefined if it is refused for good. */
  send(conversation: string, key: string, content: string): Promise<number | undefined> {
    return new Promise((settle) => {
      this.#queue.add({ conversation, key, content, settle })
      this.pump()
    })
  }

  /** Sends what can be sent, and resends what was in flight on an earlier connection. */
  pump(): void {
    if (!this.#client.authenticated) return
    this.#queue.advance()
    for (const draft of this.#queue.inFlight) {
      this.#client.requests.start(requestIdOf(draft), () => this.#attempt(draft))
    }
  }

  acknowledged(conversation: string, frame: Frame): void {
    const draft = this.#queue.acknowledged(conversation, frame['message'])
    if (draft) this.#done(draft, toSeenEntry(frame['message']).seq)
  }

  /** Handles an error that a retry would not change. */
  refused(conversation: string, key: string, reason: string): void {
    const draft = this.#queue.find(conversation, key)
    if (!draft) return
    this.#queue.refused(draft, reason)
    this.#done(draft, undefined)
  }

  /** Sends over the socket, over REST, or over both in parallel. */
  #attempt(draft: PromisedDraft): void {
    const { random, options, ledger, connection = '' } = this.#client
    const { rest = 0, both = 0 } = options.sendsOver ?? {}
    const dice = random.next()
    if (dice < rest + both) {
      ledger.sent(options.user, draft, 'REST')
      void this.#overRest(draft)
    }
    if (dice < rest) return
    ledger.sent(options.user, draft, connection)
    this.#client.send(toFrame(draft))
  }

  async #overRest(draft: Draft): Promise<void> {
    const { endpoint, options, requests } = this.#client
    const { conversation, key, content } = draft
    const path = `/conversations/${conversation}/messages`
    const answer = await callRest(endpoint, options.user, 'POST', path, { content, client_message_id: key })
    if (answer.status === 200) this.acknowledged(conversation, answer.body['data'] as Frame)
    else if (isRetryable(answer)) requests.refused(requestIdOf(draft), retryAfterMs(answer))
    else this.refused(conversation, key, `${answer.status}`)
  }

  #done(draft: PromisedDraft, seq: number | undefined): void {
    this.#client.requests.answered(requestIdOf(draft))
    draft.settle(seq)
    this.pump()
  }
}
