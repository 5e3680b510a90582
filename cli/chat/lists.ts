import type { Chat, Conversation, Invitation } from '../../client/index.ts'
import { isConnected } from './connection.ts'
import type { Directory } from './directory.ts'
import type { View } from './events.ts'
import { asConversation, asInvitation, type Candidate, find, findPerson, withSuggestions } from './find.ts'
import { createNumberedList, type NumberedList } from './numbered-list.ts'
import { UsageError } from './parse.ts'
import type { News } from './push-events.ts'

/** Conversations, invitations and people: everything that needs no open conversation. */
export type Lists = ReturnType<typeof createLists>

export function createLists(chat: Chat, directory: Directory, news: News, show: View['show']) {
  const conversationNumbers = createNumberedList()
  const invitationNumbers = createNumberedList()
  /** Invitations that were shown. */
  const shown = new Set<string>()

  const conversations = () => chat.conversations.getSnapshot()
  const invitations = () => chat.invitations.getSnapshot()

  /** Reads all lists. Without a connection, the lists that are known already are good enough. */
  async function load(): Promise<void> {
    if (!isConnected(chat)) return
    await chat.refresh()
    while (conversations().hasMore) await chat.moreConversations()
  }

  async function list(): Promise<void> {
    await load()
    conversationNumbers.clear()
    for (const conversation of conversations().items) {
      const number = conversationNumbers.numberOf(conversation.id)
      show({ type: 'conversation', number, conversation })
    }
    if (conversations().items.length === 0) show({ type: 'nothing', of: 'conversations' })
  }

  /** Shows an invitation that was received. */
  function invited(invitation: Invitation): void {
    shown.add(invitation.id)
    directory.learn(invitation.from_user)
    show({ type: 'invitation', number: invitationNumbers.numberOf(invitation.id), invitation })
  }

  /** @param options.quiet shows nothing if there are no invitations */
  async function listInvitations({ quiet = false } = {}): Promise<void> {
    await load()
    invitationNumbers.clear()
    for (const invitation of invitations()) invited(invitation)
    if (invitations().length === 0 && !quiet) show({ type: 'nothing', of: 'invitations' })
  }

  function showNewInvitations(): void {
    for (const invitation of invitations()) if (!shown.has(invitation.id)) invited(invitation)
  }

  /**
   * Finds the item that a number, an id or a name stands for. A number refers to the last list that was shown; if none
   * was shown yet, the list is shown first.
   */
  async function resolve(
    word: string,
    numbers: NumberedList,
    print: () => Promise<void>,
    candidates: () => readonly Candidate[],
  ): Promise<string | undefined> {
    if (/^\d{1,4}$/.test(word) && numbers.idOf('1') === undefined) await print()
    const id = numbers.idOf(word) ?? find(word, candidates())?.id
    if (id !== undefined) return id
    await load()
    return find(word, candidates())?.id
  }

  const findConversation = (word: string) =>
    resolve(word, conversationNumbers, list, () => conversations().items.map(asConversation(directory)))

  async function conversationNamed(word: string): Promise<Conversation> {
    const id = await findConversation(word)
    const found = conversations().items.find((conversation) => conversation.id === id)
    if (!found) throw new UsageError(`You have no conversation ${word}. /list shows those that you have.`)
    return found
  }

  return {
    conversations: list,
    invitations: listInvitations,
    invited(invitation: Invitation): void {
      if (!shown.has(invitation.id)) invited(invitation)
    },
    /** Shows each invitation that appears in the list from now on. Returns a function that ends this. */
    follow: (): (() => void) => chat.invitations.subscribe(showNewInvitations),
    load,
    conversationNamed,

    async invite(word: string): Promise<void> {
      const person = await findPerson(chat, directory, word)
      const { id } = person
      await news.own(
        () => withSuggestions([person], () => chat.invite(id)),
        (invitation) => ({ type: 'invited', user: id, invitation_id: invitation.id }),
      )
    },

    /** Resolves with the conversation if the invitation is accepted. */
    async answer(word: string, action: 'accept' | 'reject'): Promise<Conversation | undefined> {
      const candidates = () => invitations().map(asInvitation)
      const invitation_id = (await resolve(word, invitationNumbers, listInvitations, candidates)) ?? word
      return await news.own(
        () => chat.respond(invitation_id, action),
        (conversation) =>
          action === 'reject'
            ? { type: 'rejected', invitation_id }
            : { type: 'accepted', invitation_id, ...(conversation && { conversation_id: conversation.id }) },
      )
    },

    async withdraw(word: string): Promise<void> {
      const invitation_id = (await findConversation(word)) ?? word
      await news.own(
        () => chat.withdraw(invitation_id),
        () => ({ type: 'withdrawn', invitation_id }),
      )
    },

    async createGroup(title: string, words: readonly string[]): Promise<Conversation> {
      const people = await Promise.all(words.map((word) => findPerson(chat, directory, word)))
      const userIds = people.map(({ id }) => id)
      return await news.own(
        () => withSuggestions(people, () => chat.createGroup({ title, userIds })),
        (conversation) => ({ type: 'group_created', conversation, invited: userIds.length }),
      )
    },

    async search(q: string): Promise<void> {
      const people = await chat.search(q)
      directory.learn(...people)
      for (const person of people) show({ type: 'person', person })
      if (people.length === 0) show({ type: 'nothing', of: 'people' })
    },
  }
}
