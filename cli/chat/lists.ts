import type { Invitation } from '../../protocol/model.ts'
import type { View } from './events.ts'
import { NumberedList } from './numbered-list.ts'
import type { Rest } from './rest.ts'

const PAGE = 100

/** Conversations, invitations and people: everything over REST that needs no open conversation. */
export class Lists {
  readonly #rest: Rest
  readonly #show: View['show']
  /** This connection, which receives no push of its own calls. */
  readonly #connection: () => string | undefined
  readonly #conversations = new NumberedList()
  readonly #invitations = new NumberedList()

  constructor(rest: Rest, show: View['show'], connection: () => string | undefined) {
    this.#rest = rest
    this.#show = show
    this.#connection = connection
  }

  async conversations(): Promise<void> {
    this.#conversations.clear()
    let cursor: string | undefined
    let count = 0
    do {
      const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }
      const page = await this.#rest.call('GET /api/admin/chat/conversations', { query })
      for (const conversation of page.conversations) {
        const number = this.#conversations.numberOf(conversation.id)
        this.#show({ type: 'conversation', number, conversation })
      }
      count += page.conversations.length
      cursor = page.cursor
    } while (cursor !== undefined)
    if (count === 0) this.#show({ type: 'nothing', of: 'conversations' })
  }

  /** @param word the id of a conversation, or its number in the list, which is fetched and shown if necessary */
  async conversationNamed(word: string): Promise<string> {
    return await this.#conversations.idOf(word, () => this.conversations())
  }

  /** Shows an invitation that was received. */
  invited(invitation: Invitation): void {
    this.#show({ type: 'invitation', number: this.#invitations.numberOf(invitation.id), invitation })
  }

  /** @param options.quiet shows nothing if there are none */
  async invitations(options: { readonly quiet?: boolean } = {}): Promise<void> {
    this.#invitations.clear()
    let cursor: string | undefined
    let count = 0
    do {
      const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }
      const page = await this.#rest.call('GET /api/admin/chat/invitations', { query })
      for (const invitation of page.invitations) this.invited(invitation)
      count += page.invitations.length
      cursor = page.cursor
    } while (cursor !== undefined)
    if (count === 0 && !options.quiet) this.#show({ type: 'nothing', of: 'invitations' })
  }

  async invite(user: string): Promise<void> {
    const body = { to_user_id: user, connection_id: this.#connection() }
    const { invitation_id } = await this.#rest.call('POST /api/admin/chat/invitations', { body })
    this.#show({ type: 'invited', user, invitation_id })
  }

  /** @param word the id of an invitation, or its number in the list, which is fetched and shown if necessary */
  async answer(word: string, action: 'accept' | 'reject'): Promise<void> {
    const invitation_id = await this.#invitations.idOf(word, () => this.invitations())
    const input = { path: { id: invitation_id }, body: { action, connection_id: this.#connection() } }
    const { conversation } = await this.#rest.call('PUT /api/admin/chat/invitations/{id}/respond', input)
    if (action === 'reject') this.#show({ type: 'rejected', invitation_id })
    else this.#show({ type: 'accepted', invitation_id, ...(conversation && { conversation }) })
  }

  /** @param word the id of an invitation, or its number in the list of conversations */
  async withdraw(word: string): Promise<void> {
    const invitation_id = await this.conversationNamed(word)
    const input = { path: { id: invitation_id }, body: { connection_id: this.#connection() } }
    await this.#rest.call('DELETE /api/admin/chat/invitations/{id}', input)
    this.#show({ type: 'withdrawn', invitation_id })
  }

  async createGroup(title: string, users: readonly string[]): Promise<void> {
    const body = { title, user_ids: [...users], connection_id: this.#connection() }
    const group = await this.#rest.call('POST /api/admin/chat/conversations', { body })
    this.#show({ type: 'group_created', conversation: group.conversation, invited: group.invitations.length })
  }

  async search(q: string): Promise<void> {
    const { admins } = await this.#rest.call('GET /api/admin/chat/admins/search', { query: { q } })
    for (const person of admins) this.#show({ type: 'person', person })
    if (admins.length === 0) this.#show({ type: 'nothing', of: 'people' })
  }
}
