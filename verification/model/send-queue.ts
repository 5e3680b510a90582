import { type Draft, toSeenEntry } from './ledger.ts'
import { type Receiver, take } from './receive.ts'

export type { Draft }

export const requestIdOf = ({ conversation, key }: Draft) => `send ${conversation} ${key}`

/** Creates the frame that sends a message. */
export const toFrame = (draft: Draft) => ({
  type: 'send_message',
  conversation_id: draft.conversation,
  message: { content: draft.content },
  client_message_id: draft.key,
  request_id: requestIdOf(draft),
})

/** Messages to send. At most one per conversation is in flight, and the others wait for it. */
export class SendQueue<D extends Draft> {
  readonly #client: Receiver
  readonly #isHasty: boolean
  readonly #waiting: D[] = []
  readonly #inFlight = new Set<D>()

  /** @param isHasty true to put all messages in flight at once */
  constructor(client: Receiver, isHasty = false) {
    this.#client = client
    this.#isHasty = isHasty
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#inFlight.size === 0
  }

  get inFlight(): readonly D[] {
    return [...this.#inFlight]
  }

  add(draft: D): void {
    this.#waiting.push(draft)
  }

  /** Puts the next message of each idle conversation in flight and returns those messages. */
  advance(): readonly D[] {
    const started: D[] = []
    for (const draft of [...this.#waiting]) {
      if (!this.#isHasty && this.#isBusy(draft.conversation)) continue
      this.#inFlight.add(draft)
      this.#waiting.splice(this.#waiting.indexOf(draft), 1)
      started.push(draft)
    }
    return started
  }

  /** The message with this key, if it is in flight. */
  find(conversation: string, key: string | undefined): D | undefined {
    return this.inFlight.find((draft) => draft.conversation === conversation && draft.key === key)
  }

  /** Takes in an acknowledged message. Returns its draft if it was in flight. */
  acknowledged(conversation: string, message: unknown): D | undefined {
    const { ledger, options } = this.#client
    const entry = toSeenEntry(message)
    take(this.#client, conversation, message)
    ledger.acked(options.user, conversation, entry)
    return this.remove(this.find(conversation, entry.key))
  }

  /** Handles an error that a retry would not change; only sends by non-participants may fail like this. */
  refused(draft: D, reason: string): void {
    const { ledger, options } = this.#client
    if (ledger.isParticipant(options.user, draft.conversation)) {
      ledger.history.violate('wrong answer', `${reason} to a correct send of ${draft.key}`, [draft.key])
    }
    this.remove(draft)
  }

  remove(draft: D | undefined): D | undefined {
    if (draft) this.#inFlight.delete(draft)
    return draft
  }

  #isBusy(conversation: string): boolean {
    return this.inFlight.some((draft) => draft.conversation === conversation)
  }
}
