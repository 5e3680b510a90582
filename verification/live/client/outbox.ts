import { type Send, toSeen } from '../../model/record.ts'
import type { Client } from './client.ts'
import type { Frame } from './line.ts'
import { callRest, isRetryable } from './rest.ts'

interface Draft {
  readonly conversation: string
  readonly key: string
  readonly content: string
  /** Told the `seq`, or nothing when the message was refused for good. */
  readonly settle: (seq: number | undefined) => void
}

const questionOf = ({ conversation, key }: Draft) => `send ${conversation} ${key}`

/** Sends one message at a time into each conversation, again and again under the same key until it is acknowledged. */
export class Outbox {
  readonly #waiting: Draft[] = []
  readonly #inFlight = new Map<string, Draft>()

  constructor(private readonly client: Client) {}

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#inFlight.size === 0
  }

  /** Resolves when the message is acknowledged or refused for good. */
  send(conversation: string, key: string, content: string): Promise<number | undefined> {
    return new Promise((settle) => {
      this.#waiting.push({ conversation, key, content, settle })
      this.pump()
    })
  }

  /** Begins what can begin; what was under way on an earlier line is sent again. */
  pump(): void {
    if (!this.client.authenticated) return
    for (const draft of [...this.#waiting]) {
      if (this.#inFlight.has(draft.conversation)) continue
      this.#inFlight.set(draft.conversation, draft)
      this.#waiting.splice(this.#waiting.indexOf(draft), 1)
    }
    for (const draft of this.#inFlight.values()) {
      this.client.questions.ask(questionOf(draft), () => this.#attempt(draft))
    }
  }

  /** A stored message was shown to its sender. */
  acknowledged(conversation: string, frame: Frame): void {
    const { client } = this
    const message = toSeen(frame['message'])
    client.take(conversation, frame['message'])
    const send = client.record.sends.get(`${conversation} ${client.options.user} ${message.key}`)
    if (send) client.record.acked(send, message)
    const draft = this.#inFlight.get(conversation)
    if (draft && draft.key === message.key) this.#done(draft, message.seq)
  }

  /** An answer that no repetition changes. */
  refused(conversation: string, key: string, why: string): void {
    const draft = this.#inFlight.get(conversation)
    if (!draft || draft.key !== key) return
    const { record, options } = this.client
    if (record.conversations.get(conversation)?.has(options.user)) {
      record.history.violate('false answer', `${why} to a correct send of ${key}`, [key])
    }
    this.#done(draft, undefined)
  }

  /** Over the socket, over REST, or over both at once. */
  #attempt(draft: Draft): void {
    const { random, options, connection } = this.client
    const { rest = 0, both = 0 } = options.ways ?? {}
    const dice = random.next()
    if (dice < rest + both) void this.#overRest(draft)
    if (dice >= rest) this.#overSocket(draft, connection ?? '')
  }

  #overSocket(draft: Draft, connection: string): void {
    const { conversation, key, content } = draft
    this.#note(draft, connection)
    this.client.say({
      type: 'send_message',
      conversation_id: conversation,
      message: { content },
      client_message_id: key,
      request_id: questionOf(draft),
    })
  }

  async #overRest(draft: Draft): Promise<void> {
    const { place, options, questions } = this.client
    const { conversation, key, content } = draft
    this.#note(draft, 'REST')
    const path = `/conversations/${conversation}/messages`
    const answer = await callRest(place, options.user, 'POST', path, { content, client_message_id: key })
    if (answer.status === 200) this.acknowledged(conversation, answer.body['data'] as Frame)
    else if (isRetryable(answer)) questions.refused(questionOf(draft))
    else this.refused(conversation, key, `${answer.status}`)
  }

  #note({ conversation, key, content }: Draft, over: string): Send {
    return this.client.record.send(this.client.options.user, conversation, key, content, over)
  }

  #done(draft: Draft, seq: number | undefined): void {
    this.#inFlight.delete(draft.conversation)
    this.client.questions.answered(questionOf(draft))
    draft.settle(seq)
    this.pump()
  }
}
