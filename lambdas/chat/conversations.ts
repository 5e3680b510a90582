import { ChatError } from '../../protocol/errors.ts'
import type { Conversation, Person } from '../../protocol/model.ts'
import { concurrently } from '../delivery/fan-out.ts'
import type { ConversationHead } from '../stores/conversations.ts'
import type { StoredInvitation } from '../stores/invitations.ts'
import type { User } from '../stores/users.ts'
import type { Deps } from './deps.ts'
import { toMessage, unreadCount } from './messages.ts'

type Needs = Pick<Deps, 'conversations' | 'invitations' | 'users'>

export interface ConversationPage {
  readonly conversations: readonly Conversation[]
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string
}

/** A user as others see one; somebody who was removed keeps the id and loses the name. */
export const toPerson = (id: string, user: User | undefined): Person => ({
  id,
  firstname: user?.firstname ?? '',
  lastname: user?.lastname ?? '',
  email: user?.email ?? '',
})

export async function conversationFor(
  { conversations, users }: Pick<Deps, 'conversations' | 'users'>,
  id: string,
  reader: string,
): Promise<Conversation> {
  const head = await conversations.head(id)
  if (!head) throw new Error(`conversation ${id} is missing`)
  return toConversation(head, reader, await users.findAll(head.participants.keys()))
}

/** Conversations and the invitations that the user sent and nobody answered, by last activity, newest first. */
export async function listConversations(
  deps: Needs,
  user: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<ConversationPage> {
  const [ids, sent] = await Promise.all([
    deps.conversations.ofUser(user),
    deps.invitations.open('SENT', user),
  ])
  const heads: ConversationHead[] = []
  await concurrently(ids, 25, async (id) => {
    const head = await deps.conversations.head(id)
    if (head?.participants.has(user)) heads.push(head)
  })
  const all = [
    ...heads.map((head) => ({ id: head.id, at: head.last?.createdAt ?? head.createdAt, head })),
    ...sent.map((invitation) => ({ id: invitation.id, at: invitation.createdAt, invitation })),
  ].sort(newestFirst)

  const from = cursor === undefined ? undefined : parseCursor(cursor)
  const rest = from ? all.filter((item) => newestFirst(from, item) < 0) : all
  const page = rest.slice(0, limit)
  const people = await deps.users.findAll(
    page.flatMap((item) =>
      'head' in item ? [...item.head.participants.keys()] : [user, item.invitation.to],
    ),
  )
  const last = page.at(-1)
  return {
    conversations: page.map((item) =>
      'head' in item
        ? toConversation(item.head, user, people)
        : toPendingConversation(item.invitation, people),
    ),
    ...(last && rest.length > page.length ? { cursor: formatCursor(last) } : {}),
  }
}

function toConversation(
  head: ConversationHead,
  reader: string,
  people: ReadonlyMap<string, User>,
): Conversation {
  const participants = [...head.participants.keys()].map((id) => toPerson(id, people.get(id)))
  const own = head.participants.get(reader)
  return {
    id: head.id,
    status: 'accepted',
    participants,
    participant: participants.find(({ id }) => id !== reader) ?? null,
    last_message: head.last ? toMessage(head.last, head.id, reader, head.participants) : null,
    last_seq: head.last?.seq ?? 0,
    unread_count: (own && unreadCount(own, head.last)) ?? 0,
    updated_at: head.last?.createdAt ?? head.createdAt,
  }
}

function toPendingConversation(
  invitation: StoredInvitation,
  people: ReadonlyMap<string, User>,
): Conversation {
  const participants = [invitation.from, invitation.to].map((id) => toPerson(id, people.get(id)))
  return {
    id: invitation.id,
    status: 'pending',
    participants,
    participant: participants[1] ?? null,
    last_message: null,
    last_seq: 0,
    unread_count: 0,
    updated_at: invitation.createdAt,
  }
}

interface Place {
  readonly at: string
  readonly id: string
}

/** By last activity, then by id, so that a page has one beginning. */
const newestFirst = (a: Place, b: Place) => {
  if (a.at !== b.at) return a.at > b.at ? -1 : 1
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1
}

/** A cursor says where in the reader's own list to go on; whatever it says, only that list is read. */
const formatCursor = ({ at, id }: Place) => Buffer.from(`${at} ${id}`).toString('base64url')

function parseCursor(cursor: string): Place {
  const [, at, id] = /^(\S+Z) ([A-Za-z0-9_-]+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (at === undefined || id === undefined) throw new ChatError('bad_request', 'cursor: is not one of ours')
  return { at, id }
}
