import type { Chat, Conversation, Invitation, Person } from '../../client/index.ts'
import { printable } from '../../protocol/text.ts'

/** The people and conversations that the chat has seen so far, and the names to show for them. */
export interface Directory {
  readonly people: ReadonlyMap<string, Person>
  learn(...people: readonly (Person | undefined)[]): void
  learnConversations(conversations: readonly Conversation[]): void
  isMe(id: string): boolean
  /** Printable names, or the id if the name is not known. */
  person(id: string): string
  conversation(id: string): string
}

/** @param me the user's id, as soon as it is known */
export function createDirectory(me: () => string | undefined): Directory {
  const people = new Map<string, Person>()
  const conversations = new Map<string, Conversation>()
  const isMe = (id: string) => id === me()

  function learn(...found: readonly (Person | undefined)[]): void {
    for (const person of found) if (person) people.set(person.id, person)
  }

  function person(id: string): string {
    const known = people.get(id)
    return printable((known && fullName(known)) || id)
  }

  return {
    people,
    learn,
    learnConversations(learned) {
      for (const conversation of learned) {
        conversations.set(conversation.id, conversation)
        learn(...conversation.participants)
      }
    },
    isMe,
    person,
    conversation(id) {
      const known = conversations.get(id)
      if (!known) return printable(id)
      const others = known.participants.filter((participant) => !isMe(participant.id))
      return printable(
        known.title ?? (others.map((other) => person(other.id)).join(', ') || 'no other participants'),
      )
    },
  }
}

export const fullName = ({ firstname, lastname }: Person) => `${firstname} ${lastname}`.trim()

/** Learns the names in the chat's lists, now and whenever the lists change. Returns a function that ends this. */
export function followLists(chat: Chat, directory: Directory): () => void {
  const learn = () => {
    directory.learnConversations(chat.conversations.getSnapshot().items)
    directory.learn(...chat.invitations.getSnapshot().map(({ from_user }: Invitation) => from_user))
  }
  learn()
  const stops = [chat.conversations.subscribe(learn), chat.invitations.subscribe(learn)]
  return () => {
    for (const stop of stops) stop()
  }
}
