import { toSeenEntry } from '../../model/ledger.ts'
import { SendQueue } from '../../model/send-queue.ts'
import type { Device, Frame } from './device.ts'
import { callRest, isRetryable } from './rest.ts'

interface Draft {
  readonly conversation: string
  readonly key: string
  readonly content: string
  /** Called with the `seq`, or with undefined if the message was refused for good. */
  readonly settle: (seq: number | undefined) => void
}

const requestIdOf = ({ conversation, key }: Draft) => `send ${conversation} ${key}`

/** Sends one message at a time in each conversation, and retries under the same key until it is acknowledged. */
export class Outbox {
  readonly #client: Device
  readonly #queue = new SendQueue<Draft>()

  constructor(client: Device) {
    this.#client = client
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

  /** Sends what can be sent, and repeats what was in flight on an earlier connection. */
  pump(): void {
    if (!this.#client.authenticated) return
    this.#queue.advance()
    for (const draft of this.#queue.inFlight) {
      this.#client.requests.start(requestIdOf(draft), () => this.#attempt(draft))
    }
  }

  acknowledged(conversation: string, frame: Frame): void {
    const { ledger, options } = this.#client
    const message = toSeenEntry(frame['message'])
    this.#client.take(conversation, frame['message'])
    ledger.acked(options.user, conversation, message)
    const draft = this.#queue.find(conversation, message.key)
    if (draft) this.#done(draft, message.seq)
  }

  /** Handles an error that a retry does not change. */
  refused(conversation: string, key: string, reason: string): void {
    const draft = this.#queue.find(conversation, key)
    if (!draft) return
    const { ledger, options } = this.#client
    if (ledger.isParticipant(options.user, conversation)) {
      ledger.history.violate('wrong answer', `${reason} to a correct send of ${key}`, [key])
    }
    this.#done(draft, undefined)
  }

  /** Sends over the socket, over REST, or over both in parallel. */
  #attempt(draft: Draft): void {
    const { random, options, connection } = this.#client
    const { rest = 0, both = 0 } = options.sendsOver ?? {}
    const dice = random.next()
    if (dice < rest + both) void this.#overRest(draft)
    if (dice >= rest) this.#overSocket(draft, connection ?? '')
  }

  #overSocket(draft: Draft, connection: string): void {
    const { conversation, key, content } = draft
    this.#record(draft, connection)
    this.#client.send({
      type: 'send_message',
      conversation_id: conversation,
      message: { content },
      client_message_id: key,
      request_id: requestIdOf(draft),
    })
  }

  async #overRest(draft: Draft): Promise<void> {
    const { endpoint, options, requests } = this.#client
    const { conversation, key, content } = draft
    this.#record(draft, 'REST')
    const path = `/conversations/${conversation}/messages`
    const answer = await callRest(endpoint, options.user, 'POST', path, { content, client_message_id: key })
    if (answer.status === 200) this.acknowledged(conversation, answer.body['data'] as Frame)
    else if (isRetryable(answer)) requests.refused(requestIdOf(draft))
    else this.refused(conversation, key, `${answer.status}`)
  }

  #record({ conversation, key, content }: Draft, via: string): void {
    this.#client.ledger.sent(this.#client.options.user, conversation, key, content, via)
  }

  #done(draft: Draft, seq: number | undefined): void {
    this.#queue.remove(draft)
    this.#client.requests.answered(requestIdOf(draft))
    draft.settle(seq)
    this.pump()
  }
}
