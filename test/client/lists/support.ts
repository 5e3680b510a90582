import type { Core, Link, Store } from '../../../client/core.ts'
import { createConversations } from '../../../client/lists/conversations.ts'
import { source } from '../../../client/readable.ts'
import type { PageQuery } from '../../../client/rest/bodies.ts'
import type { LinkStatus, Polled, TabEvent } from '../../../client/shared.ts'
import type {
  Conversation,
  Invitation,
  Message,
  Person,
  ServerFrameOf,
  ServerFrameType,
} from '../../../client/wire.ts'
import { virtualClock } from '../support/virtual-clock.ts'

export const me = 'ada'

export const aPerson = (id: string, fields: Partial<Person> = {}): Person => ({
  id,
  firstname: id,
  lastname: 'Smith',
  email: `${id}@example.com`,
  ...fields,
})

/** Minutes after noon. */
export const at = (minutes: number) =>
  new Date(Date.parse('2026-01-01T12:00Z') + minutes * 60_000).toISOString()

export const aMessage = (conversation_id: string, seq: number, fields: Partial<Message> = {}): Message => ({
  id: `${conversation_id}-${seq}`,
  conversation_id,
  seq,
  kind: 'message',
  sender_id: 'bob',
  content: `message ${seq}`,
  created_at: at(seq),
  is_read: false,
  ...fields,
})

/** A pair of the user and Bob without messages. */
export const aConversation = (id: string, fields: Partial<Conversation> = {}): Conversation => ({
  id,
  status: 'accepted',
  is_group: false,
  participants: [aPerson('bob'), aPerson(me)],
  participant: aPerson('bob'),
  last_message: null,
  last_seq: 0,
  unread_count: 0,
  updated_at: at(0),
  ...fields,
})

export const aGroup = (id: string, fields: Partial<Conversation> = {}): Conversation =>
  aConversation(id, {
    is_group: true,
    owner_id: 'bob',
    participant: { id, firstname: 'bob Smith', lastname: '', email: '' },
    ...fields,
  })

export const anInvitation = (id: string, fields: Partial<Invitation> = {}): Invitation => ({
  id,
  from_user: aPerson('bob'),
  fromUser: aPerson('bob'),
  message: '',
  status: 'pending',
  created_at: at(0),
  ...fields,
})

const offline: LinkStatus = { phase: 'connecting', since: 0, session: 0, rotated: false }

/** What the parts of the client share, on a link that a test drives. */
export function fakeCore(stored: { readonly [key: string]: unknown } = {}) {
  const clock = virtualClock()
  const status = source<LinkStatus>(offline)
  const listeners = new Set<(event: TabEvent) => void>()
  const values = new Map<string, unknown>(Object.entries(stored))
  const store: Store = {
    kind: source<'durable' | 'memory'>('durable'),
    get: async (key) => values.get(key),
    set: async (key, value) => void (value ? values.set(key, structuredClone(value)) : values.delete(key)),
    list: async () => [],
    clear: async () => values.clear(),
  }
  const emit = (event: TabEvent) => {
    for (const listener of listeners) listener(event)
  }
  const link: Link = {
    status,
    isLeader: source(true),
    request: () => Promise.reject(new Error('not used')),
    send: () => false,
    emit,
    onEvent(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const core: Core = {
    clock,
    random: () => 0.5,
    page: { isVisible: () => true, subscribe: () => () => undefined },
    link,
    store,
    user: source<string | undefined>(me),
  }
  return {
    core,
    clock,
    stored: values,
    push<T extends ServerFrameType>(type: T, fields: Omit<ServerFrameOf<T>, 'type'>): void {
      emit({ frame: { type, ...fields } as never })
    },
    polled: (polled: Partial<Polled>) => emit({ polled: { conversations: [], invitations: [], ...polled } }),
    /** Another session begins. */
    connect(session = status.getSnapshot().session + 1, rotated = false) {
      status.set({ phase: 'online', since: clock.now(), session, rotated })
    },
    phase(phase: LinkStatus['phase']) {
      status.set({ ...status.getSnapshot(), phase })
    },
  }
}

/** A server that lists these items in this order, in pages whose cursor is the position of the next item. */
export function pagesOf<T>(items: () => readonly T[]) {
  const calls: PageQuery[] = []
  /** Runs before the answer to the next call, after the page was read. */
  const hook: { beforeAnswer?: (() => void) | undefined } = {}
  async function list({ limit = 50, cursor }: PageQuery = {}) {
    calls.push({ limit, ...(cursor === undefined ? {} : { cursor }) })
    const start = Number(cursor ?? 0)
    const page = items().slice(start, start + limit)
    const hasMore = items().length > start + limit
    const { beforeAnswer } = hook
    hook.beforeAnswer = undefined
    beforeAnswer?.()
    return { page, more: hasMore ? { cursor: `${start + limit}` } : {} }
  }
  return {
    calls,
    hook,
    listConversations: async (query?: PageQuery) => {
      const { page, more } = await list(query)
      return { conversations: page as readonly Conversation[], ...more }
    },
    listInvitations: async (query?: PageQuery) => {
      const { page, more } = await list(query)
      return { invitations: page as readonly Invitation[], ...more }
    },
  }
}

/** A connected client that has read this list. */
export async function aList(...conversations: readonly Conversation[]) {
  const server = { items: conversations }
  const core = fakeCore()
  const pages = pagesOf(() => server.items)
  const list = createConversations(core.core, pages)
  core.connect()
  await core.clock.advance(1000)
  return {
    ...core,
    ...pages,
    list,
    server,
    ids: () => list.list.getSnapshot().items.map(({ id }) => id),
    of(id: string): Conversation {
      const found = list.find(id)
      if (!found) throw new Error(`${id} is not in the list`)
      return found
    },
  }
}
