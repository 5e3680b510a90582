import type { Edit } from '../model/record.ts'
import type { Client } from './client.ts'

const ANSWER_WITHIN = 5000
const MOST_TRIES = 10

/** Gives messages of its user other words, or none, again and again until it hears that it is done. */
export class Editor {
  #waiting = 0

  constructor(private readonly client: Client) {}

  get isEmpty(): boolean {
    return this.#waiting === 0
  }

  /**
   * Changes a message of the user that was acknowledged and that nobody has changed.
   *
   * @param content empties the message where it is empty
   */
  change(conversation: string, content: string): void {
    const { record, options } = this.client
    const send = [...record.sends.values()].find(
      (one) =>
        one.user === options.user && one.conversation === conversation && one.acked && !record.edits.has(one),
    )
    if (!send?.acked) return
    const edit: Edit = { send, seq: send.acked.seq, content, acked: false }
    record.edits.set(send, edit)
    this.#waiting++
    this.#try(edit, 1)
  }

  #try(edit: Edit, tries: number): void {
    const { scheduler, options, stopped } = this.client
    if (edit.acked || stopped || tries > MOST_TRIES) {
      this.#waiting--
      return
    }
    this.#ask(edit).catch((error: unknown) => this.client.record.history.violate('stuck', String(error)))
    scheduler.after(ANSWER_WITHIN, `${options.name} waits for the change of ${edit.send.key}`, () =>
      this.#try(edit, tries + 1),
    )
  }

  async #ask(edit: Edit): Promise<void> {
    const { gateway, options, record } = this.client
    const { send, seq, content } = edit
    record.history.note(`${options.name} changes ${send.key} at ${seq} of ${send.conversation}`)
    const method = content === '' ? 'DELETE' : 'PATCH'
    const answer = await gateway.rest({
      routeKey: `${method} /api/admin/chat/conversations/{id}/messages/{seq}`,
      headers: { authorization: `Bearer ${this.client.token()}` },
      pathParameters: { id: send.conversation, seq: String(seq) },
      ...(content === '' ? {} : { body: JSON.stringify({ content }) }),
      isBase64Encoded: false,
    })
    if (answer?.statusCode === 200) edit.acked = true
    else if (answer && answer.statusCode < 500 && !record.dismissing.has(options.user)) {
      record.history.violate('false answer', `${answer.statusCode} to a correct change of ${send.key}`, [
        send.key,
      ])
    }
  }
}
