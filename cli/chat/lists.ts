import type { Invitation } from '../../protocol/model.ts'
import type { ChatEvent } from './events.ts'
import { isNumber, NumberedList } from './numbered-list.ts'
import type { Rest } from './rest.ts'

interface ListsDeps {
  readonly rest: Rest
  show(event: ChatEvent): void
}

const PAGE = 100

/** Conversations, invitations and people: everything over REST that needs no open conversation. */
export class Lists {
  readonly #deps: ListsDeps
  readonly #conversations = new NumberedList()
  readonly #invitations = new NumberedList()

  constructor(deps: ListsDeps) {
    this.#deps = deps
  }

  async conversations(): Promise<void> {
    const { rest, show } = this.#deps
    this.#conversations.clear()
    let cursor: string | undefined
    let count = 0
    do {
      const page = await rest.call('GET /api/admin/chat/conversations', {
        query: { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
      })
      for (const conversation of page.conversations) {
        show({ type: 'conversation', number: this.#conversations.numberOf(conversation.id), conversation })
      }
      count += page.conversations.length
      cursor = page.cursor
    } while (cursor !== undefined)
    if (count === 0) show({ type: 'nothing', of: 'conversations' })
  }

  /** @param word the id of a conversation, or its number in the list, which is fetched and shown if necessary */
  async conversationNamed(word: string): Promise<string> {
    if (isNumber(word) && this.#conversations.isEmpty) await this.conversations()
    return this.#conversations.idOf(word)
  }

  /** Shows an invitation that was received. */
  invited(invitation: Invitation): void {
    this.#deps.show({ type: 'invitation', number: this.#invitations.numberOf(invitation.id), invitation })
  }

  /** @param options.quiet shows nothing if there are none */
  async invitations(options: { readonly quiet?: boolean } = {}): Promise<void> {
    const { invitations } = await this.#deps.rest.call('GET /api/admin/chat/invitations')
    this.#invitations.clear()
    for (const invitation of invitations) this.invited(invitation)
    if (invitations.length === 0 && !options.quiet) this.#deps.show({ type: 'nothing', of: 'invitations' })
  }

  async invite(user: string): Promise<void> {
    const { invitation_id } = await this.#deps.rest.call('POST /api/admin/chat/invitations', {
      body: { to_user_id: user },
    })
    this.#deps.show({ type: 'invited', user, invitation_id })
  }

  /** @param word the id of an invitation, or its number in the list, which is fetched and shown if necessary */
  async answer(word: string, action: 'accept' | 'reject'): Promise<void> {
    if (isNumber(word) && this.#invitations.isEmpty) await this.invitations()
    const invitation_id = this.#invitations.idOf(word)
    const { conversation } = await this.#deps.rest.call('PUT /api/admin/chat/invitations/{id}/respond', {
      path: { id: invitation_id },
      body: { action },
    })
    if (action === 'reject') this.#deps.show({ type: 'rejected', invitation_id })
    else this.#deps.show({ type: 'accepted', invitation_id, ...(conversation && { conversation }) })
  }

  async createGroup(title: string, users: readonly string[]): Promise<void> {
    const { conversation, invitations } = await this.#deps.rest.call('POST /api/admin/chat/conversations', {
      body: { title, user_ids: [...users] },
    })
    this.#deps.show({ type: 'group_created', conversation, invited: invitations.length })
  }

  async search(q: string): Promise<void> {
    const { admins } = await this.#deps.rest.call('GET /api/admin/chat/admins/search', { query: { q } })
    for (const person of admins) this.#deps.show({ type: 'person', person })
    if (admins.length === 0) this.#deps.show({ type: 'nothing', of: 'people' })
  }
}
