import type { Conversation, Person } from '../../protocol/model.ts'
import { printable } from '../../protocol/text.ts'
import type { ChatEvent } from './events.ts'

/** Display names of people and conversations, learned from earlier events. */
export class Names {
  readonly #people = new Map<string, string>()
  readonly #conversations = new Map<string, string>()
  #me = ''

  learn(event: ChatEvent): void {
    if (event.type === 'signed_in') this.#me = event.user
    if (event.type === 'invitation') this.#person(event.invitation.from_user)
    if (event.type === 'invitation_sent' && event.invitation.to_user) this.#person(event.invitation.to_user)
    if (event.type === 'person') this.#person(event.person)
    if ('participant' in event) this.#person(event.participant)
    if ('conversation' in event && event.conversation) this.#conversation(event.conversation)
  }

  isMe(id: string): boolean {
    return id === this.#me
  }

  person(id: string): string {
    return printable(this.#people.get(id) ?? id)
  }

  conversation(id: string): string {
    return printable(this.#conversations.get(id) ?? id)
  }

  #person({ id, firstname, lastname }: Person): void {
    const name = `${firstname} ${lastname}`.trim()
    if (name !== '') this.#people.set(id, name)
  }

  #conversation({ id, title, participants }: Conversation): void {
    for (const person of participants) this.#person(person)
    const others = participants
      .filter((person) => person.id !== this.#me)
      .map((person) => this.person(person.id))
    this.#conversations.set(id, title ?? (others.join(', ') || 'nobody else'))
  }
}
