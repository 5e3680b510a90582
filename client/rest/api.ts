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
  /** A failed call is not repeated here, because the outbox repeats it. */
  sendMessage(id: string, message: NewMessage): Promise<Message>
  markRead(id: string, mark: { seq: number }): Promise<ReadState>
  editMessage(id: string, seq: number, change: { content: string }): Promise<Message>
  deleteMessage(id: string, seq: number): Promise<Message>
  invite(invitation: { to_user_id: string; message?: string | undefined }): Promise<Invitation>
  groupInvitations(id: string): Promise<readonly Invitation[]>
  inviteToGroup(id: string, users: { user_ids: readonly string[] }): Promise<void>
  respond(id: string, answer: { action: 'accept' | 'reject' }): Promise<Conversation | undefined>
  withdraw(id: string): Promise<unknown>
  createGroup(group: NewGroup): Promise<Conversation>
  leave(id: string): Promise<unknown>
  removeParticipant(id: string, userId: string): Promise<void>
  setOwner(id: string, owner: { user_id: string }): Promise<void>
  search(query: { q: string }): Promise<readonly Person[]>
}

/**
 * The method, the path, and the field of the answer that is returned. The first arguments take the place of each `*`;
 * the argument after them has the fields of the call.
 */
const routes: Readonly<Record<keyof Api, string>> = {
  listConversations: 'GET conversations',
  listInvitations: 'GET invitations',
  invite: 'POST invitations -> invitation',
  respond: 'PUT invitations/*/respond -> conversation',
  withdraw: 'DELETE invitations/*',
  createGroup: 'POST conversations -> conversation',
  search: 'GET admins/search -> admins',
  listMessages: 'GET conversations/*/messages',
  sendMessage: 'POST conversations/*/messages -> message',
  markRead: 'POST conversations/*/mark-read',
  editMessage: 'PATCH conversations/*/messages/* -> message',
  deleteMessage: 'DELETE conversations/*/messages/* -> message',
  groupInvitations: 'GET conversations/*/invitations -> invitations',
  inviteToGroup: 'POST conversations/*/invitations',
  leave: 'POST conversations/*/leave',
  removeParticipant: 'DELETE conversations/*/participants/*',
  setOwner: 'POST conversations/*/owner',
}

export function createApi({ call }: Rest): Api {
  function functionFor(route: string) {
    const [request, result] = route.split(' -> ') as [string, string?]
    const [method, path] = request.split(' ') as [string, string]
    return async (...values: unknown[]): Promise<unknown> => {
      const filled = path.replace(/\*/g, () => encodeURIComponent(values.shift() as string))
      const data = await call(method, filled, values[0] as Fields)
      return result ? (data as Fields)[result] : data
    }
  }
  const functions = Object.entries(routes).map(([name, route]) => [name, functionFor(route)])
  return Object.fromEntries(functions) as unknown as Api
}
