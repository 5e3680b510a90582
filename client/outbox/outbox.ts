import type { Core } from '../core.ts'
import { periodOf } from '../period.ts'
import { type Signal, type Source, source } from '../readable.ts'
import type { OutboxItem, TabEvent } from '../shared.ts'
import type { JsonObject, Message } from '../wire.ts'
import { type Items, keyOf, newId, nextOf, PREFIX, withItem } from './entries.ts'
import { createSender, type MessageApi } from './sender.ts'

/** The user's messages that the server has not acknowledged. They are stored before they are sent. */
export interface Outbox {
  /** In the order of sending. An acknowledged message keeps its place until the room forgets it. */
  of(conversationId: string): Signal<Items>
  /** By conversation id: the user's last message that the server has not acknowledged. */
  readonly unsent: Signal<ReadonlyMap<string, OutboxItem | undefined>>
  /** `stored` resolves once the message survives a reload. */
  send(conversationId: string, content: string, metadata?: JsonObject): { id: string; stored: Promise<void> }
  /** Sends a failed message again. */
  retry(conversationId: string, id: string): void
  /** Forgets a message, in all tabs. */
  discard(conversationId: string, id: string): void
  /** Forgets these acknowledged messages, because the log of the conversation shows them now. */
  forget(conversationId: string, ids: readonly string[]): void
  /** Stops. What this tab writes afterwards is stored but not sent. */
  stop(): void
}

const MAX_REMEMBERED = 1000

/** All tabs have the same lists, because each change of a message is an event for all of them. The leader sends. */
export function createOutbox(core: Core, api: MessageApi): Outbox {
  const { clock, link, random, store, user } = core
  const lists = new Map<string, Source<Items>>()
  const unsent = source<ReturnType<Outbox['unsent']>>(new Map())
  /** The ids of messages that have left the outbox, because news about them may still arrive. */
  const removed = new Set<string>()
  const run = createSender(core, api, next, change)
  /** What the store has, as far as this tab knows. */
  let rows = new Map<string, OutboxItem>()
  let newest = 0
  let announced = Promise.resolve()
  let isLoaded = false
  /** Whether this tab was suspended, and may have missed that other tabs removed messages. */
  let hasMissed = false
  const subscriptions = [
    link.onEvent(onEvent),
    link.status.subscribe(load),
    link.isLeader.subscribe(async () => {
      await load()
      link.emit({ asksForItems: true })
    }),
  ]
  void load()

  function listOf(conversationId: string): Source<Items> {
    const list = lists.get(conversationId) ?? source<Items>([])
    lists.set(conversationId, list)
    return list
  }
  const itemsOf = (conversationId: string) => listOf(conversationId)()
  const find = (conversationId: string, id: string) =>
    itemsOf(conversationId).find(({ clientMessageId, acked }) => clientMessageId === id && !acked)

  function onEvent({ frame, polled, item, asksForItems, page }: TabEvent): void {
    if (frame) readMessages(frame)
    polled?.conversations.forEach(readMessages)
    if (item) take(item)
    if (asksForItems) announceAll()
    if (page === 'leave') hasMissed = true
    if (page === 'return')
      void load().then(() => {
        hasMissed = false
      })
  }

  function announceAll(): void {
    for (const list of lists.values())
      for (const item of list()) if (item.stored && !item.acked) announce(item)
  }

  /** If a frame of any kind has a message of the user, the server has stored that message. */
  function readMessages(frame: object): void {
    const { message, last_message, messages } = frame as { readonly [field: string]: unknown }
    for (const acked of [message, last_message].concat(messages) as (Message | undefined)[]) {
      const id = acked?.client_message_id
      if (!id || !acked.seq || acked.sender_id !== user()) continue
      const item = find(acked.conversation_id, id)
      if (item) take({ ...item, acked })
      else removed.add(id)
    }
  }

  const announce = (item: OutboxItem) => link.emit({ item })

  /** Announces a changed message to all tabs. Stores it first, unless the change only concerns an attempt to send. */
  async function change(item: OutboxItem): Promise<void> {
    const key = keyOf(item)
    if (!item.tried) {
      await store.set(key, item)
      if (removed.has(item.clientMessageId)) return store.set(key)
      rows.set(key, item)
    }
    announce(item)
  }

  /** Applies a change of a message that this tab or another one has announced. */
  function take(item: OutboxItem): void {
    const { conversationId, clientMessageId: id, acked, isDiscarded } = item
    if (removed.has(id)) {
      // A tab that has just loaded found it in the store, because its deletion failed.
      if (link.isLeader() && !acked && !isDiscarded) announce({ ...item, isDiscarded: true })
      return
    }
    if (item.createdAt > newest) newest = item.createdAt
    const list = listOf(conversationId)
    const items = withItem(list(), item)
    if (acked || isDiscarded) {
      removed.add(id)
      void store.set(keyOf(item))
    }
    // Only an open room calls `forget` for acknowledged messages.
    list.set(items.filter((other) => (other.acked ? list.hasListeners() : !other.isDiscarded)))
    unsent.set(new Map([...unsent(), [conversationId, list().findLast((other) => !other.acked)]]))
    void run(conversationId)
  }

  function next(conversationId: string): OutboxItem | undefined {
    const canSend = isLoaded && link.isLeader() && periodOf(link)
    return canSend ? nextOf(itemsOf(conversationId)) : undefined
  }

  /** Reads the store: this tab may have missed events, and must not send a message while an older one is left there. */
  async function load(): Promise<void> {
    isLoaded = false
    if (removed.size > MAX_REMEMBERED) removed.clear()
    const before = [...rows]
    rows = new Map((await store.list(PREFIX)) as [string, OutboxItem][])
    // If a message is no longer stored, another tab has removed it, or else the browser has deleted everything.
    if (store.kind() === 'durable')
      for (const [key, item] of before) {
        if (rows.has(key) || !item?.conversationId) continue
        if (hasMissed) take({ ...item, isDiscarded: true })
        else if (find(item.conversationId, item.clientMessageId)) {
          rows.set(key, item)
          void store.set(key, item)
        }
      }
    // If something else is stored there, it must not hold up the messages.
    for (const item of rows.values())
      if (item?.conversationId && !find(item.conversationId, item.clientMessageId)) take(item)
    isLoaded = true
    // The leader does not know what was written while this tab was away.
    if (!link.isLeader()) announceAll()
    for (const conversationId of lists.keys()) void run(conversationId)
  }

  return {
    of: listOf,
    unsent,
    send(conversationId, content, metadata) {
      newest = Math.max(clock.now(), newest + 1)
      const id = newId(newest, random)
      const item: OutboxItem = {
        conversationId,
        clientMessageId: id,
        content,
        // A copy, because the same id must never be sent with other metadata.
        ...(metadata && { metadata: JSON.parse(JSON.stringify(metadata)) }),
        createdAt: newest,
        stored: false,
        status: 'waiting',
      }
      take(item)
      announced = announced.then(() => change({ ...item, stored: true }))
      return { id, stored: announced }
    },
    retry(conversationId, id) {
      const { error, ...item } = find(conversationId, id) ?? {}
      if (error) void change({ ...item, status: 'waiting' } as OutboxItem)
    },
    discard(conversationId, id) {
      const item = find(conversationId, id)
      if (item) announce({ ...item, isDiscarded: true })
    },
    forget(conversationId, ids) {
      const isShown = ({ acked, clientMessageId }: OutboxItem) => acked && ids.includes(clientMessageId)
      listOf(conversationId).set(itemsOf(conversationId).filter((item) => !isShown(item)))
    },
    stop() {
      for (const unsubscribe of subscriptions) unsubscribe()
    },
  }
}
