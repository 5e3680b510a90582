import { toSeenEntry } from '../model/ledger.ts'
import { SendQueue } from '../model/send-queue.ts'
import { ANSWER_TIMEOUT_MS, type Device, type Frame, MAX_TRIES } from './device.ts'

interface Draft {
  readonly conversation: string
  readonly key: string
  readonly content: string
  tries: number
}

/** Sends one message at a time in each conversation, and retries under the same key until it gets an answer. */
export class Outbox {
  readonly #client: Device
  readonly #queue = new SendQueue<Draft>()

  constructor(client: Device) {
    this.#client = client
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

  acknowledged(frame: Frame): void {
    const { options, ledger } = this.#client
    const conversation = String(frame['conversation_id'])
    const key = String(frame['client_message_id'])
    this.#client.take(conversation, frame['message'])
    ledger.acked(options.user, conversation, { ...toSeenEntry(frame['message']), key })
    const draft = this.#queue.find(conversation, key)
    if (draft) this.#done(draft)
  }

  /** Returns true if the error answered a send. */
  refused(frame: Frame): boolean {
    const [kind, conversation = '', key] = String(frame['request_id'] ?? '').split(' ')
    if (kind !== 'send') return false
    const draft = this.#queue.find(conversation, key)
    if (!draft) return true
    if (frame['code'] === 'token_expired') this.#client.authenticate()
    if (frame['retryable'] === true || frame['code'] === 'token_expired') return true
    if (frame['code'] === 'unauthorized') return true
    const { ledger, options } = this.#client
    if (ledger.isParticipant(options.user, draft.conversation)) {
      ledger.history.violate('wrong answer', `${frame['code']} to a correct send of ${key}`, [draft.key])
    }
    this.#done(draft)
    return true
  }

  #try(draft: Draft): void {
    const { scheduler, options, connection, authenticated } = this.#client
    if (this.#queue.find(draft.conversation, draft.key) !== draft) return
    const isReady = connection !== undefined && authenticated
    if (isReady && ++draft.tries > MAX_TRIES) {
      this.#done(draft)
      return
    }
    if (isReady) this.#send(draft, connection)
    const delayMs = isReady ? ANSWER_TIMEOUT_MS : 1000
    scheduler.after(delayMs, `${options.name} waits for ${draft.key}`, () => this.#try(draft))
  }

  #send(draft: Draft, connection: string): void {
    const { scheduler, options, ledger, gateway } = this.#client
    const { conversation, key, content } = draft
    if (!scheduler.random.chance(0.2)) {
      ledger.sent(options.user, conversation, key, content, connection)
      this.#client.send({
        type: 'send_message',
        conversation_id: conversation,
        message: { content },
        client_message_id: key,
        request_id: `send ${conversation} ${key}`,
      })
      return
    }
    ledger.sent(options.user, conversation, key, content, 'REST')
    const own = scheduler.random.chance(0.5) ? { connection_id: connection } : {}
    const body = JSON.stringify({ content, client_message_id: key, ...own })
    gateway
      .rest({
        routeKey: 'POST /api/admin/chat/conversations/{id}/messages',
        headers: { authorization: `Bearer ${this.#client.token()}` },
        pathParameters: { id: conversation },
        body,
        isBase64Encoded: false,
      })
      .then((answer) => {
        if (answer?.statusCode !== 200) return
        const { data } = JSON.parse(answer.body) as { readonly data: { readonly message: unknown } }
        this.acknowledged({ conversation_id: conversation, client_message_id: key, message: data.message })
      })
      .catch((error: unknown) => ledger.history.violate('stuck', String(error)))
  }

  #done(draft: Draft): void {
    this.#queue.remove(draft)
    this.pump()
  }
}
