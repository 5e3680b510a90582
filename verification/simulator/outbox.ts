import type { Frame } from '../model/receive.ts'
import { type Draft, SendQueue, toFrame } from '../model/send-queue.ts'
import type { Client } from './client.ts'
import { ANSWER_TIMEOUT_MS, MAX_TRIES } from './client-options.ts'

interface CountedDraft extends Draft {
  tries: number
}

/** Sends one message at a time in each conversation, and retries under the same key until it gets an answer. */
export class Outbox {
  readonly #client: Client
  readonly #queue: SendQueue<CountedDraft>

  constructor(client: Client) {
    this.#client = client
    this.#queue = new SendQueue(client)
  }

  get isEmpty(): boolean {
    return this.#queue.isEmpty
  }

  add(conversation: string, key: string, content: string): void {
    this.#queue.add({ conversation, key, content, tries: 0 })
    this.pump()
  }

  /** Sends the next message of each idle conversation. */
  pump(): void {
    for (const draft of this.#queue.advance()) this.#try(draft)
  }

  acknowledged({ conversation_id, message }: Frame): void {
    if (this.#queue.acknowledged(String(conversation_id), message)) this.pump()
  }

  /** Returns true if the error answered a send. */
  refused({ request_id, code, retryable }: Frame): boolean {
    const [kind, conversation = '', key] = String(request_id ?? '').split(' ')
    if (kind !== 'send') return false
    const draft = this.#queue.find(conversation, key)
    if (!draft) return true
    if (code === 'token_expired') this.#client.authenticate()
    if (retryable === true || code === 'token_expired' || code === 'unauthorized') return true
    this.#queue.refused(draft, String(code))
    this.pump()
    return true
  }

  #try(draft: CountedDraft): void {
    const { scheduler, options, connection, authenticated } = this.#client
    if (this.#queue.find(draft.conversation, draft.key) !== draft) return
    const isReady = connection !== undefined && authenticated
    if (isReady && ++draft.tries > MAX_TRIES) {
      this.#queue.remove(draft)
      this.pump()
      return
    }
    if (isReady) this.#send(draft, connection)
    const delayMs = isReady ? ANSWER_TIMEOUT_MS : 1000
    scheduler.after(delayMs, `${options.name} waits for ${draft.key}`, () => this.#try(draft))
  }

  #send(draft: Draft, connection: string): void {
    const { scheduler, options, ledger } = this.#client
    const overRest = scheduler.random.chance(0.2)
    ledger.sent(options.user, draft, overRest ? 'REST' : connection)
    if (overRest) scheduler.background(this.#sendOverRest(draft, connection))
    else this.#client.send(toFrame(draft))
  }

  async #sendOverRest({ conversation, key, content }: Draft, connection: string): Promise<void> {
    const own = this.#client.scheduler.random.chance(0.5) ? { connection_id: connection } : {}
    const answer = await this.#client.call('POST /api/admin/chat/conversations/{id}/messages', {
      pathParameters: { id: conversation },
      body: JSON.stringify({ content, client_message_id: key, ...own }),
    })
    if (answer?.statusCode !== 200) return
    const { data } = JSON.parse(answer.body) as { readonly data: { readonly message: unknown } }
    this.acknowledged({ conversation_id: conversation, message: data.message })
  }
}
