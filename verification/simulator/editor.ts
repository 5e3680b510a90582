import type { Edit } from '../model/ledger.ts'
import type { Client } from './client.ts'
import { ANSWER_TIMEOUT_MS, MAX_TRIES } from './client-options.ts'

/** Edits and deletes messages of its user over REST, and retries until the change is acknowledged. */
export class Editor {
  readonly #client: Client
  #pending = 0

  constructor(client: Client) {
    this.#client = client
  }

  get isEmpty(): boolean {
    return this.#pending === 0
  }

  /**
   * Edits one acknowledged message of the user that was not edited before.
   *
   * @param content deletes the message if empty
   */
  edit(conversation: string, content: string): void {
    const { ledger, options } = this.#client
    const send = [...ledger.sends.values()].find(
      (candidate) =>
        candidate.user === options.user &&
        candidate.conversation === conversation &&
        candidate.acked &&
        !ledger.edits.has(candidate),
    )
    if (!send?.acked) return
    const edit: Edit = { send, seq: send.acked.seq, content, acked: false }
    ledger.edits.set(send, edit)
    this.#pending++
    this.#try(edit, 1)
  }

  #try(edit: Edit, tries: number): void {
    const { scheduler, options, stopped } = this.#client
    if (edit.acked || stopped || tries > MAX_TRIES) {
      this.#pending--
      return
    }
    scheduler.background(this.#request(edit))
    scheduler.after(ANSWER_TIMEOUT_MS, `${options.name} waits for the edit of ${edit.send.key}`, () =>
      this.#try(edit, tries + 1),
    )
  }

  async #request(edit: Edit): Promise<void> {
    const { options, ledger } = this.#client
    const { send, seq, content } = edit
    ledger.history.note(`${options.name} edits ${send.key} at ${seq} of ${send.conversation}`)
    const method = content === '' ? 'DELETE' : 'PATCH'
    const answer = await this.#client.call(`${method} /api/admin/chat/conversations/{id}/messages/{seq}`, {
      pathParameters: { id: send.conversation, seq: String(seq) },
      ...(content === '' ? {} : { body: JSON.stringify({ content }) }),
    })
    if (answer?.statusCode === 200) edit.acked = true
    else if (answer && answer.statusCode < 500 && ledger.isParticipant(options.user, send.conversation)) {
      if (ledger.dismissing.has(options.user)) return
      const text = `${answer.statusCode} to a correct edit of ${send.key}`
      ledger.history.violate('wrong answer', text, [send.key])
    }
  }
}
