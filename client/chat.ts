import { backoffMs } from './backoff.ts'
import { environment } from './browser/environment.ts'
import { createConnection } from './connection/connection.ts'
import { createTokens } from './connection/tokens.ts'
import type { Core, Store } from './core.ts'
import { SignedOut } from './errors.ts'
import { lateStore } from './late-store.ts'
import { createConversations } from './lists/conversations.ts'
import { createInvitations } from './lists/invitations.ts'
import { createPoll } from './lists/poll.ts'
import { createPresence } from './lists/presence.ts'
import { createRoom } from './log/room.ts'
import { createDrafts } from './outbox/drafts.ts'
import { createOutbox } from './outbox/outbox.ts'
import { callSafely, source } from './readable.ts'
import { createApi } from './rest/api.ts'
import { createRest } from './rest/rest.ts'
import { createStore } from './storage/store.ts'
import { createLink } from './tabs/link.ts'
import type { Chat, ChatOptions, ChatState, Room } from './types.ts'
import type { ServerFrame } from './wire.ts'

/**
 * Starts a chat: connects, and stays connected until `signOut` or `dispose`.
 *
 * @throws TypeError if there is no WebSocket, as in Node 20 without the option `WebSocket`
 */
export function createChat(options: ChatOptions): Chat {
  const { clock, random, page, tabs, storage, WebSocket, fetch } = environment(options)
  const tokens = createTokens(options.token, clock)
  let openStore: (store: Store) => void = () => {}
  const store = lateStore(
    new Promise((resolve) => {
      openStore = resolve
    }),
  )
  const rest = createRest({
    base: options.rest,
    tokens,
    fetch,
    clock,
    random,
    onSignedOut: (reason) => link.end(reason),
  })
  const api = createApi(rest)
  const poll = createPoll(api)
  const link = createLink({
    clock,
    random,
    page,
    tabs,
    connect: (handlers) =>
      createConnection(
        {
          url: options.url,
          WebSocket,
          clock,
          random,
          tokens,
          page,
          poll: async () => link.emit({ kind: 'polled', polled: await poll() }),
        },
        handlers,
      ),
  })
  const core: Core = { clock, random, page, link, store, user: tokens.user }
  const outbox = createOutbox(core, api)
  const drafts = createDrafts(store)
  const conversations = createConversations(core, api)
  const invitations = createInvitations(core, api)
  const presence = createPresence(core, conversations)
  const state = stateOf(core)
  const rooms = new Map<string, { readonly room: Room; users: number }>()
  let isDisposed = false

  void identify(0)

  /** Reads the first token, because storage and tabs are kept apart by user. */
  async function identify(attempt: number): Promise<void> {
    try {
      await tokens.refresh()
    } catch (error) {
      if (isDisposed) return
      if (error instanceof SignedOut) return link.end(error.message)
      clock.setTimeout(() => void identify(attempt + 1), backoffMs(attempt, random))
      return
    }
    if (isDisposed) return
    const scope = `${options.rest}|${tokens.user.getSnapshot() ?? ''}`
    openStore(createStore(storage, scope, clock))
    link.start(scope)
  }
  // In every tab: none of them may store anything afterwards.
  link.onEvent(({ kind }) => {
    if (kind !== 'sign-out') return
    // First, because a room that closes would store its log otherwise.
    link.end('signed out')
    stop()
  })
  // Another user's token must not reach what is kept for this one.
  let user: string | undefined
  tokens.user.subscribe(() => {
    const next = tokens.user.getSnapshot()
    if (user !== undefined && next !== user) link.end('the token belongs to another user')
    user ??= next
  })

  function open(id: string): Room {
    const shared = rooms.get(id) ?? {
      room: createRoom({ core, api, outbox, drafts, conversations, presence: presence.map, id }),
      users: 0,
    }
    shared.users++
    rooms.set(id, shared)
    let isOpen = true
    return {
      ...shared.room,
      close() {
        if (!isOpen) return
        isOpen = false
        if (--shared.users > 0) return
        rooms.delete(id)
        shared.room.close()
      },
    }
  }

  function stop(): void {
    isDisposed = true
    for (const { room } of rooms.values()) room.close()
    rooms.clear()
    for (const part of [outbox, conversations, invitations, presence]) part.stop()
  }

  return {
    state,
    user: tokens.user,
    conversations: conversations.list,
    invitations: invitations.list,
    presence: presence.map,
    open,
    moreConversations: () => conversations.more(),
    search: (q) => api.search(q),
    invite: (userId, message) => api.invite(userId, message),
    async respond(invitationId, action) {
      const conversation = await api.respond(invitationId, action)
      invitations.remove(invitationId)
      if (conversation) conversations.put(conversation)
      return conversation
    },
    async createGroup({ title, userIds, message }) {
      const conversation = await api.createGroup({
        ...(title === undefined ? {} : { title }),
        ...(message === undefined ? {} : { message }),
        user_ids: userIds,
        client_request_id: `${clock.now()}-${Math.floor(random() * 2 ** 52)}`,
      })
      conversations.put(conversation)
      return conversation
    },
    async withdraw(invitationId) {
      await api.withdraw(invitationId)
      conversations.remove(invitationId)
    },
    on(type, listener) {
      const call = (frame: ServerFrame) => {
        if (type === '*' || frame.type === type) callSafely(() => listener(frame))
      }
      return link.onEvent((event) => event.kind === 'frame' && call(event.frame))
    },
    reconnect: () => link.reconnect(),
    async signOut() {
      link.emit({ kind: 'sign-out' })
      await store.clear()
    },
    dispose() {
      stop()
      link.stop()
    },
  }
}

/** The state of the link, together with the kind of storage. */
function stateOf({ link, store }: Core): Chat['state'] {
  const read = (): ChatState => {
    const { session: _, rotated: __, ...state } = link.status.getSnapshot()
    return { ...state, storage: store.kind.getSnapshot() }
  }
  const state = source(read())
  for (const part of [link.status, store.kind]) part.subscribe(() => state.set(read()))
  return state
}
