import { backoffMs, pause } from './backoff.ts'
import { environment } from './browser/environment.ts'
import { createConnection } from './connection/connection.ts'
import { createTokens } from './connection/tokens.ts'
import type { Core } from './core.ts'
import { SignedOut } from './errors.ts'
import { createConversations } from './lists/conversations.ts'
import { createInvitations } from './lists/invitations.ts'
import { createPoll } from './lists/poll.ts'
import { createPresence } from './lists/presence.ts'
import { createRoom } from './log/room.ts'
import { createDrafts } from './outbox/drafts.ts'
import { newId } from './outbox/entries.ts'
import { createOutbox } from './outbox/outbox.ts'
import { source } from './readable.ts'
import { createApi } from './rest/api.ts'
import { createRest } from './rest/rest.ts'
import { createStore } from './storage/store.ts'
import { isReturn } from './tabs/connection-triggers.ts'
import { createLink } from './tabs/link.ts'
import type { Chat, ChatOptions, ChatState, Room } from './types.ts'

/**
 * Starts a chat: connects, and stays connected until `signOut` or `dispose`.
 *
 * @throws TypeError if there is no WebSocket, as in Node 20 without the option `WebSocket`
 */
export function createChat(options: ChatOptions): Chat {
  const surroundings = environment(options)
  const { clock, random } = surroundings
  const tokens = createTokens(options.token, clock)
  const { user } = tokens
  let keepFor: (scope: string) => void = () => {}
  const scope = new Promise<string>((resolve) => {
    keepFor = resolve
  })
  const store = createStore(surroundings.storage, scope, clock)
  const onSignedOut = (reason: string) => isStopped || link.end(reason)
  const api = createApi(createRest({ ...surroundings, base: options.rest, tokens, onSignedOut }))
  const poll = createPoll(api)
  const link = createLink(surroundings, (onFrame, onStatus) =>
    createConnection(
      { ...surroundings, tokens },
      async (timeoutMs) => link.emit({ polled: await poll(timeoutMs) }),
      onFrame,
      onStatus,
    ),
  )
  const core: Core = { ...surroundings, link, store, user }
  const outbox = createOutbox(core, api)
  const drafts = createDrafts(store)
  const conversations = createConversations(core, api)
  const invitations = createInvitations(core, api)
  const presence = createPresence(core, conversations)
  const rooms = new Map<string, { readonly room: Room; readonly users: Set<Room> }>()
  let isStopped = false
  let hasStarted = false
  let failures = 0
  /** The timer while the chat waits to ask for the first token again. */
  let retry: unknown

  void start()

  /** Reads the first token and connects. Storage and tabs are kept apart by user, so the token must be read first. */
  async function start(): Promise<void> {
    clock.clearTimeout(retry)
    retry = undefined
    try {
      await tokens.refresh()
      // Stored data needs an owner: without a user id, the next user would read it.
      if (!user()) await tokens.refresh()
      if (!user()) throw new SignedOut('this is not a token with a user_id')
    } catch (error) {
      if (isStopped || hasStarted) return
      const { message } = error as Error
      if (error instanceof SignedOut) return link.end(message)
      const waitMs = backoffMs(failures++, random)
      link.end(message, clock.now() + waitMs)
      retry = clock.setTimeout(start, waitMs)
      return
    }
    if (isStopped || hasStarted) return
    hasStarted = true
    const name = `${options.rest}|${user()}`
    keepFor(name)
    link.start(name)
  }

  const unsubscribe = core.page.subscribe((event) => {
    if (retry && (isReturn(event) || event === 'online')) void start()
  })

  function open(id: string): Room {
    const shared = rooms.get(id) ?? {
      room: createRoom({ core, api, outbox, drafts, conversations, presence, id }),
      users: new Set(),
    }
    rooms.set(id, shared)
    const room: Room = {
      ...shared.room,
      close() {
        if (!shared.users.delete(room) || shared.users.size) return
        rooms.delete(id)
        shared.room.close()
      },
    }
    shared.users.add(room)
    return room
  }

  function stop(): void {
    isStopped = true
    tokens.forget()
    unsubscribe()
    for (const { room } of rooms.values()) room.close()
    rooms.clear()
    for (const part of [outbox, conversations, invitations]) part.stop()
  }

  // Every tab calls `end`, even one that was suspended during the sign-out: no tab may store anything afterwards.
  let cleared: Promise<void> | undefined
  let goOn = () => {}
  function end(): void {
    goOn()
    // The link ends first. Otherwise, a room that closes would store its log.
    link.end('signed out')
    stop()
    cleared = hasStarted ? store.clear() : undefined
  }

  link.onEvent(async ({ signedOut, page }) => {
    if (signedOut) end()
    if (page === 'return') goOn()
    if (page !== 'leave') return
    const returned = new Promise<void>((resolve) => {
      goOn = resolve
    })
    // Without this pause, what the application stores when it hears the same event would not be written.
    await pause(clock, 0)
    if (await store.hold(returned)) end()
  })

  return {
    state: stateOf(core),
    user,
    conversations: conversations.list,
    invitations: invitations.list,
    unsent: outbox.unsent,
    presence,
    open,
    moreConversations: conversations.more,
    async refresh() {
      await Promise.all([conversations.again(), invitations.again()])
    },
    search: (q) => api.search({ q }),
    invite: (to_user_id, message) => api.invite({ to_user_id, message }),
    async respond(invitationId, action) {
      const conversation = await api.respond(invitationId, { action })
      invitations.remove(invitationId)
      if (conversation) conversations.put(conversation)
      return conversation
    },
    async createGroup({ userIds, ...group }) {
      const client_request_id = newId(clock.now(), random)
      const conversation = await api.createGroup({ ...group, user_ids: userIds, client_request_id })
      conversations.put(conversation)
      return conversation
    },
    async withdraw(invitationId) {
      await api.withdraw(invitationId)
      conversations.remove(invitationId)
    },
    on: (type: string, listener: (frame: never) => void) =>
      link.onEvent(({ frame }) => {
        if (frame && (type === '*' || type === frame.type)) listener(frame as never)
      }),
    reconnect: () => void (isStopped || (hasStarted ? link.reconnect() : start())),
    async signOut() {
      link.emit({ signedOut: true })
      await cleared
    },
    dispose() {
      stop()
      link.stop()
      clock.stop()
    },
  }
}

/** The state of the link, together with the kind of storage. */
function stateOf({ link, store }: Core): Chat['state'] {
  const read = (): ChatState => ({ ...link.status(), storage: store.kind() })
  const state = source(read())
  for (const part of [link.status, store.kind]) part.subscribe(() => state.set(read()))
  return state
}
