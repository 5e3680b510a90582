import type { Send } from '../model/record.ts'
import { toSeen } from '../model/record.ts'
import type { Client } from './client.ts'

interface Draft {
  readonly conversation: string
  readonly key: string
  readonly content: string
  tries: number
  send?: Send
}

const ACK_WITHIN = 5000
const MOST_TRIES = 10

type Frame = Readonly<{ [name: string]: unknown }>

/** Sends one message at a time in each conversation, again and again under the same key until it hears. */
export class Outbox {
  readonly #waiting: Draft[] = []
  readonly #inFlight = new Map<string, Draft>()

  constructor(private readonly client: Client) {}

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#inFlight.size === 0
  }

  add(conversation: string, key: string, content: string): void {
    this.#waiting.push({ conversation, key, content, tries: 0 })
    this.pump()
  }

  /** Begins what can begin. */
  pump(): void {
    for (const draft of [...this.#waiting]) {
      if (this.#inFlight.has(draft.conversation)) continue
      this.#inFlight.set(draft.conversation, draft)
      this.#waiting.splice(this.#waiting.indexOf(draft), 1)
      this.#try(draft)
    }
  }

  answered(frame: Frame): void {
    const { options } = this.client
    const conversation = String(frame['conversation_id'])
    const seen = toSeen(frame['message'])
    this.client.take(conversation, frame['message'])
    const send = this.client.record.sends.get(`${conversation} ${options.user} ${frame['client_message_id']}`)
    if (send) this.client.record.acked(send, seen)
    const draft = this.#inFlight.get(conversation)
    if (draft && draft.key === frame['client_message_id']) this.#done(draft)
  }

  /** @returns whether it was the answer to a send */
  refused(frame: Frame): boolean {
    const [kind, conversation, key] = String(frame['request_id'] ?? '').split(' ')
    if (kind !== 'send') return false
    const draft = this.#inFlight.get(conversation ?? '')
    if (!draft || draft.key !== key) return true
    if (frame['code'] === 'token_expired') this.client.authenticate()
    if (frame['retryable'] === true || frame['code'] === 'token_expired') return true
    if (frame['code'] === 'unauthorized') return true
    const { record, options } = this.client
    if (record.conversations.get(draft.conversation)?.has(options.user)) {
      record.history.violate('false answer', `${frame['code']} to a correct send of ${key}`, [draft.key])
    }
    this.#done(draft)
    return true
  }

  #try(draft: Draft): void {
    const { scheduler, options, connection, authenticated } = this.client
    if (this.#inFlight.get(draft.conversation) !== draft) return
    const ready = connection !== undefined && authenticated
    if (ready && ++draft.tries > MOST_TRIES) {
      this.#done(draft)
      return
    }
    if (ready) this.#send(draft, connection)
    scheduler.after(ready ? ACK_WITHIN : 1000, `${options.name} waits for ${draft.key}`, () =>
      this.#try(draft),
    )
  }

  #send(draft: Draft, connection: string): void {
    const { scheduler, options, record, gateway } = this.client
    const { conversation, key, content } = draft
    if (!scheduler.random.chance(0.2)) {
      draft.send = record.send(options.user, conversation, key, content, connection)
      this.client.send({
        type: 'send_message',
        conversation_id: conversation,
        message: { content },
        client_message_id: key,
        request_id: `send ${conversation} ${key}`,
      })
      return
    }
    draft.send = record.send(options.user, conversation, key, content, 'REST')
    const own = scheduler.random.chance(0.5) ? { connection_id: connection } : {}
    const body = JSON.stringify({ content, client_message_id: key, ...own })
    gateway
      .rest({
        routeKey: 'POST /api/admin/chat/conversations/{id}/messages',
        headers: { authorization: `Bearer ${this.client.token()}` },
        pathParameters: { id: conversation },
        body,
        isBase64Encoded: false,
      })
      .then((answer) => {
        if (answer?.statusCode !== 200) return
        const { data } = JSON.parse(answer.body) as { readonly data: { readonly message: unknown } }
        this.answered({ conversation_id: conversation, client_message_id: key, message: data.message })
      })
      .catch((error: unknown) => record.history.violate('stuck', String(error)))
  }

  #done(draft: Draft): void {
    this.#inFlight.delete(draft.conversation)
    this.pump()
  }
}
