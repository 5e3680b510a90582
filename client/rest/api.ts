import type { Conversation, Invitation, Message, Person } from '../wire.ts'
import type {
  ConversationPage,
  Fields,
  InvitationPage,
  LogPage,
  LogQuery,
  NewGroup,
  NewMessage,
  PageQuery,
  ReadState,
} from './bodies.ts'
import type { Rest } from './rest.ts'

/** One function per route. See docs/openapi.yaml. */
export interface Api {
  listConversations(query?: PageQuery): Promise<ConversationPage>
  listInvitations(query?: PageQuery): Promise<InvitationPage>
  listMessages(id: string, query?: LogQuery): Promise<LogPage>
  /** Not repeated: the outbox does that. */
  sendMessage(id: string, message: NewMessage): Promise<Message>
  markRead(id: string, seq: number): Promise<ReadState>
  editMessage(id: string, seq: number, content: string): Promise<Message>
  deleteMessage(id: string, seq: number): Promise<Message>
  invite(userId: string, message?: string): Promise<Invitation>
  inviteToGroup(id: string, userIds: readonly string[]): Promise<void>
  respond(id: string, action: 'accept' | 'reject'): Promise<Conversation | undefined>
  withdraw(id: string): Promise<unknown>
  createGroup(group: NewGroup): Promise<Conversation>
  leave(id: string): Promise<unknown>
  removeParticipant(id: string, userId: string): Promise<void>
  setOwner(id: string, userId: string): Promise<void>
  search(q: string): Promise<readonly Person[]>
}

/**
 * The method, the path, the names of the fields, and what of the answer is returned. The arguments take the place of
 * each `*` and then are the fields; without names, the last argument has all of them.
 */
const routes: Readonly<Record<keyof Api, string>> = {
  listConversations: 'GET conversations',
  listInvitations: 'GET invitations',
  invite: 'POST invitations to_user_id message -> invitation',
  respond: 'PUT invitations/*/respond action -> conversation',
  withdraw: 'DELETE invitations/*',
  createGroup: 'POST conversations -> conversation',
  search: 'GET admins/search q -> admins',
  listMessages: 'GET conversations/*/messages',
  sendMessage: 'POST conversations/*/messages -> message',
  markRead: 'POST conversations/*/mark-read seq',
  editMessage: 'PATCH conversations/*/messages/* content -> message',
  deleteMessage: 'DELETE conversations/*/messages/* -> message',
  inviteToGroup: 'POST conversations/*/invitations user_ids -> invitations',
  leave: 'POST conversations/*/leave',
  removeParticipant: 'DELETE conversations/*/participants/*',
  setOwner: 'POST conversations/*/owner user_id',
}

export function createApi({ call }: Rest): Api {
  function functionFor(route: string) {
    const [request, result] = route.split(' -> ') as [string, string?]
    const [method, path, ...names] = request.split(' ') as [string, string, ...string[]]
    return async (...values: unknown[]): Promise<unknown> => {
      const filled = path.replace(/\*/g, () => encodeURIComponent(values.shift() as string))
      const fields = names[0] ? Object.fromEntries(names.map((name, i) => [name, values[i]])) : values[0]
      const data = await call(method, filled, fields as Fields)
      return result ? (data as Fields)[result] : data
    }
  }
  const functions = Object.entries(routes).map(([name, route]) => [name, functionFor(route)])
  return Object.fromEntries(functions) as unknown as Api
}
