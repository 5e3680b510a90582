import type { Conversation, Invitation, JsonObject, LogEntry, Message, Person } from '../wire.ts'
import type { CallOptions, Rest } from './rest.ts'

/** Which page of a list. */
export interface PageQuery {
  readonly limit?: number
  readonly cursor?: string | undefined
  /** False if the caller repeats the call itself. */
  readonly retry?: boolean
}

/** Which page of a log; `before` and `after` exclude each other. */
export interface LogQuery {
  readonly limit?: number
  readonly before?: number
  readonly after?: number
  readonly entries?: 'all'
}

export interface LogPage {
  readonly messages: readonly LogEntry[]
  readonly last_seq: number
  readonly last_read_seq: number
  readonly has_more: boolean
  readonly reset?: true
}

export interface ReadState {
  readonly last_read_seq: number
  readonly marked_read: number
  readonly unread_count: number
}

export interface NewMessage {
  readonly content: string
  readonly metadata?: JsonObject
  readonly client_message_id: string
}

export interface NewGroup {
  readonly title?: string
  readonly user_ids: readonly string[]
  readonly message?: string
  readonly client_request_id: string
}

interface ConversationPage {
  readonly conversations: readonly Conversation[]
  readonly cursor?: string
}
interface InvitationPage {
  readonly invitations: readonly Invitation[]
  readonly cursor?: string
}

const ROOT = '/api/admin/chat'
const at = encodeURIComponent
const conversation = (id: string, rest: string) => `${ROOT}/conversations/${at(id)}/${rest}`
const invitation = (id: string) => `${ROOT}/invitations/${at(id)}`

/** One function per route. See docs/openapi.yaml. */
export function createApi({ call }: Rest) {
  const page = <T>(path: string, { retry = true, ...query }: PageQuery) =>
    call<T>('GET', `${ROOT}/${path}`, { query, retry })
  const post = <T>(path: string, body: unknown, options?: CallOptions) =>
    call<T>('POST', path, { ...options, body })
  return {
    listConversations: (query: PageQuery = {}) => page<ConversationPage>('conversations', query),
    listInvitations: (query: PageQuery = {}) => page<InvitationPage>('invitations', query),

    listMessages: (id: string, query: LogQuery = {}) =>
      call<LogPage>('GET', conversation(id, 'messages'), { query: { ...query } }),
    /** Not repeated: the outbox does that. */
    sendMessage: async (id: string, message: NewMessage) =>
      (await post<{ message: Message }>(conversation(id, 'messages'), message, { retry: false })).message,
    markRead: (id: string, seq: number) => post<ReadState>(conversation(id, 'mark-read'), { seq }),
    editMessage: async (id: string, seq: number, content: string) =>
      (await call<{ message: Message }>('PATCH', conversation(id, `messages/${seq}`), { body: { content } }))
        .message,
    deleteMessage: async (id: string, seq: number) =>
      (await call<{ message: Message }>('DELETE', conversation(id, `messages/${seq}`))).message,

    invite: async (userId: string, message?: string) =>
      (await post<{ invitation: Invitation }>(`${ROOT}/invitations`, { to_user_id: userId, message }))
        .invitation,
    inviteToGroup: async (id: string, userIds: readonly string[]) =>
      (await post<InvitationPage>(conversation(id, 'invitations'), { user_ids: userIds })).invitations,
    respond: async (id: string, action: 'accept' | 'reject') =>
      (
        await call<{ conversation?: Conversation }>('PUT', `${invitation(id)}/respond`, {
          body: { action },
        })
      ).conversation,
    withdraw: async (id: string) => void (await call('DELETE', invitation(id))),

    createGroup: async (group: NewGroup) =>
      (await post<{ conversation: Conversation }>(`${ROOT}/conversations`, group)).conversation,
    leave: async (id: string) => void (await post(conversation(id, 'leave'), {})),
    removeParticipant: async (id: string, userId: string) =>
      void (await call('DELETE', conversation(id, `participants/${at(userId)}`))),
    setOwner: async (id: string, userId: string) =>
      void (await post(conversation(id, 'owner'), { user_id: userId })),

    search: async (q: string) =>
      (await call<{ admins: readonly Person[] }>('GET', `${ROOT}/admins/search`, { query: { q } })).admins,
  }
}

export type Api = ReturnType<typeof createApi>
