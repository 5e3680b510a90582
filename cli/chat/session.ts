import type { Chat, Conversation, Pending } from '../../client/index.ts'
import { isConnected, watchConnection } from './connection.ts'
import { type OpenConversation, openConversation } from './conversation.ts'
import { type Directory, followLists } from './directory.ts'
import type { ChatEvent, View } from './events.ts'
import { createLists, type Lists } from './lists.ts'
import { UsageError } from './parse.ts'
import { createNews } from './push-events.ts'
import { watchUpdates } from './updates.ts'

/** A message that is not sent yet. */
export interface Unsent extends Pick<Pending, 'content' | 'status' | 'stored'> {
  readonly conversation: string
}

/** A signed-in user with at most one open conversation. Everything to display is passed to the view. */
export interface Session {
  readonly chat: Chat
  readonly directory: Directory
  readonly lists: Lists
  readonly view: View
  /** Rejects when the chat has ended for good. */
  readonly failed: Promise<never>
  /** Calls the listener when something has changed that is not an event, such as who is typing. */
  onChange(listener: () => void): () => void
  /** The open conversation. */
  current(): OpenConversation | undefined
  /**
   * Waits until the user has signed in, or for a person only until it is clear that there is no connection. Then opens
   * the conversation that `word` names. For a person, also shows the lists, and opens the only conversation if none is
   * open.
   */
  begin(word?: string): Promise<void>
  /** @param word the id of a conversation, its number in the list, or a name */
  open(word: string): Promise<void>
  /** Opens a conversation that the user has just joined. */
  enter(conversation: Conversation | undefined): Promise<void>
  /** Leaves the open conversation, which must be a group, for good. */
  leave(): Promise<void>
  /** What was written in this session and is not sent yet. */
  unsent(): readonly Unsent[]
  stop(): void
}

/** @param directory the names that the view shows; it learns further names from the chat */
export function createSession(chat: Chat, directory: Directory, given: View): Session {
  const view: View = { ...given, show }
  const listeners = new Set<() => void>()
  const news = createNews(chat, directory, show)
  const lists = createLists(chat, directory, news, show)
  const connection = watchConnection(chat, view, changed)
  /** Every conversation that was opened, because messages that were written in it may not be sent yet. */
  const opened = new Map<string, OpenConversation>()
  let current: OpenConversation | undefined
  let opening: string | undefined
  const stops = [
    followLists(chat, directory),
    watchUpdates(chat, (id) => id === current?.id, show),
    chat.on('new_invitation', ({ invitation }) => lists.invited(invitation)),
    chat.on('conversation_removed', ({ conversation_id }) => {
      if (conversation_id === current?.id) close()
    }),
    chat.presence.subscribe(changed),
    news.stop,
    connection.stop,
  ]

  function show(event: ChatEvent): void {
    if (event.type === 'person') directory.learn(event.person)
    given.show(event)
  }

  function changed(): void {
    for (const listener of listeners) listener()
  }

  async function openId(id: string): Promise<void> {
    if (current?.id === id || opening === id) return
    opening = id
    try {
      const next = await openConversation(chat, id, view, changed)
      close()
      current = next
      opened.set(id, next)
      changed()
    } finally {
      opening = undefined
    }
  }

  function close(): void {
    current?.close()
    current = undefined
    changed()
  }

  async function openOnly(): Promise<void> {
    const { hasMore, items } = chat.conversations.getSnapshot()
    const [only, ...others] = items.filter(({ status }) => status === 'accepted')
    const isOnly = only && others.length === 0 && !hasMore
    if (isOnly && !current && !news.isActing()) await openId(only.id)
  }

  async function begin(word?: string): Promise<void> {
    await (view.interactive ? Promise.race([connection.ready, isOffline(chat)]) : connection.ready)
    if (view.interactive) {
      await lists.conversations()
      await lists.invitations({ quiet: true })
    }
    if (word !== undefined) await open(word)
    if (!view.interactive) return
    await openOnly()
    stops.push(
      lists.follow(),
      chat.conversations.subscribe(() => void openOnly()),
    )
  }

  async function open(word: string): Promise<void> {
    const conversation = await lists.conversationNamed(word)
    if (conversation.status === 'pending')
      throw new UsageError(`${directory.conversation(conversation.id)} has not accepted your invitation yet.`)
    await openId(conversation.id)
  }

  return {
    chat,
    directory,
    lists,
    view,
    failed: connection.failed,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    current: () => current,
    begin,
    open,
    async enter(conversation) {
      if (conversation) await openId(conversation.id)
    },
    async leave() {
      const left = current
      if (!left) return
      await news.own(
        () => left.room.leave(),
        () => ({ type: 'left', conversation_id: left.id }),
      )
      if (current === left) close()
    },
    unsent: () =>
      [...opened.values()].flatMap(({ id, unsent }) =>
        unsent().map(({ content, status, stored }) => ({ conversation: id, content, status, stored })),
      ),
    stop() {
      for (const stop of stops) stop()
      close()
      chat.dispose()
    },
  }
}

/** Resolves when it is clear that there is no connection for now. */
function isOffline(chat: Chat): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (chat.state.getSnapshot().phase !== 'offline' && !isConnected(chat)) return
      stop()
      resolve()
    }
    const stop = chat.state.subscribe(check)
  })
}
