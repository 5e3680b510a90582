import { RequestError } from '../../../client/errors.ts'
import type { RoomApi } from '../../../client/log/context.ts'
import type { LogPage, LogQuery } from '../../../client/rest/bodies.ts'
import type { AnswerTo, ErrorCode, LogEntry, Message, ServerFrame } from '../../../client/wire.ts'
import type { FakeCore } from './fake-core.ts'

export const ID = 'c1'
const NAMES = ['ada', 'grace']

/** The server's side of one conversation: its log, its cursors, and the answers to joins, pages and read marks. */
export function fakeConversation({ clock, answer }: FakeCore, me = 'ada') {
  const log: LogEntry[] = []
  /** The first `seq` that still exists, once old entries are removed. */
  let firstSeq: number | undefined
  const cursors = new Map(NAMES.map((name) => [name, 0]))
  const now = () => new Date(clock.now()).toISOString()
  const base = (seq: number, sender: string) => ({
    id: `${seq}-x`,
    conversation_id: ID,
    seq,
    sender_id: sender,
    created_at: now(),
  })

  const isRead = ({ sender_id, seq }: Message) =>
    [...cursors].filter(([user]) => (user === me) !== (sender_id === me)).every(([, cursor]) => cursor >= seq)
  const shown = (entry: LogEntry): LogEntry =>
    entry.kind === 'message'
      ? { ...entry, is_read: isRead(entry) }
      : entry.kind === 'message_updated'
        ? { ...entry, ...(entry.message && { message: shown(entry.message) as Message }) }
        : entry
  const unread = () =>
    log.filter(
      (entry) => entry.kind === 'message' && entry.sender_id !== me && entry.seq > (cursors.get(me) ?? 0),
    ).length
  const readBy = (user: string, seq: number) => {
    cursors.set(user, Math.max(cursors.get(user) ?? 0, Math.min(seq, log.length)))
    return { last_read_seq: cursors.get(user) ?? 0, marked_read: 0, unread_count: unread() }
  }

  function add(entry: LogEntry): LogEntry {
    log.push(entry)
    return entry
  }
  function send(sender: string, content: string, key?: string): Message {
    const message = {
      ...base(log.length + 1, sender),
      kind: 'message' as const,
      content,
      is_read: false,
      ...(key === undefined ? {} : { client_message_id: key }),
    }
    add(message)
    return message
  }
  function edit(seq: number, content: string): Message {
    const edited = { ...(log[seq - 1] as Message), content, edited_at: now() }
    log[seq - 1] = edited
    const entry = { kind: 'message_updated' as const, target_seq: seq, message: edited }
    add({ ...base(log.length + 1, edited.sender_id), ...entry })
    for (const [index, other] of log.entries()) {
      if (other.kind === 'message_updated' && other.target_seq === seq)
        log[index] = { ...other, message: edited }
    }
    return edited
  }

  function page(query: { limit?: number; before?: number; after?: number }): LogPage {
    const { limit = 50, before, after } = query
    const last_read_seq = cursors.get(me) ?? 0
    const state = {
      last_seq: log.length,
      last_read_seq,
      ...(firstSeq === undefined ? {} : { first_seq: firstSeq }),
    }
    const removed = (firstSeq ?? 1) - 1
    if (after !== undefined) {
      const from = Math.max(after, removed)
      const messages = log.slice(from, from + limit).map(shown)
      const has_more = from + messages.length < log.length
      const isReset = after > log.length || after < removed
      return { ...state, messages, has_more, ...(isReset ? { reset: true as const } : {}) }
    }
    const end = Math.min(before ?? log.length + 1, log.length + 1) - 1
    const start = Math.max(removed, end - limit)
    return {
      ...state,
      messages: log.slice(start, Math.max(start, end)).map(shown),
      has_more: start > removed,
    }
  }

  const calls: { readonly route: keyof RoomApi; readonly args: readonly unknown[] }[] = []
  const record =
    <A extends readonly unknown[], R>(route: keyof RoomApi, call: (...args: A) => R) =>
    async (...args: A): Promise<R> => {
      calls.push({ route, args: args.slice(1) })
      return call(...args)
    }
  const api: RoomApi = {
    listMessages: record('listMessages', (_id, query: LogQuery = {}) => page(query)),
    markRead: record('markRead', (_id, { seq }) => readBy(me, seq)),
    editMessage: record('editMessage', (_id, seq, { content }) => edit(seq, content)),
    deleteMessage: record('deleteMessage', (_id, seq) => {
      edit(seq, '')
      return log[seq - 1] as Message
    }),
    groupInvitations: record('groupInvitations', () => []),
    inviteToGroup: record('inviteToGroup', () => undefined),
    leave: record('leave', () => undefined),
    removeParticipant: record('removeParticipant', () => undefined),
    setOwner: record('setOwner', () => undefined),
  }

  const join = ({
    after_seq,
  }: {
    readonly after_seq?: number
  }): Omit<AnswerTo<'join_conversation'>, 'type'> => {
    const { messages, ...state } = page(
      after_seq === undefined ? { limit: 0 } : { after: after_seq, limit: 100 },
    )
    const { has_more: _, ...rest } = state
    return { conversation_id: ID, ...(after_seq === undefined ? rest : { ...state, messages }) }
  }
  answer('join_conversation', join)
  answer('mark_read', ({ seq }) => ({ conversation_id: ID, ...readBy(me, seq) }))
  answer('leave_conversation', () => ({ conversation_id: ID }))

  return {
    log,
    api,
    join,
    send,
    edit,
    readBy,
    /** Adds messages of another participant. */
    sendMany(count: number) {
      for (let i = 0; i < count; i++) send('grace', `message ${log.length + 1}`)
    },
    /** Removes the entries before a `seq`. */
    removeBefore(seq: number) {
      firstSeq = seq
    },
    pong: (): ServerFrame => ({
      type: 'pong',
      time: now(),
      heads: { [ID]: log.length },
      ...(firstSeq === undefined ? {} : { first_seq: { [ID]: firstSeq } }),
    }),
    /** The user joined the group with an entry of this kind. */
    addChange: (user: string) =>
      add({
        ...base(log.length + 1, user),
        kind: 'participant_joined',
        participant: { id: user, firstname: user, lastname: '', email: '' },
      }),
    push: (message: Message): ServerFrame => ({ type: 'new_message', conversation_id: ID, message }),
    /** What was called over REST, without the id of the conversation. */
    calls: (route: keyof RoomApi) => calls.filter((call) => call.route === route).map(({ args }) => args),
  }
}
export type FakeConversation = ReturnType<typeof fakeConversation>

export const refusal = (code: ErrorCode, retryAfterMs?: number) =>
  new RequestError(code, code, { retryable: code === 'unavailable', retryAfterMs })
