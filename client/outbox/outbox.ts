import type { Core, OutboxItem, TabEvent } from '../core.ts'
import type { Readable } from '../types.ts'
import type { JsonObject, Message, ServerFrame } from '../wire.ts'
import { createEntryLists, type OutboxEntry } from './entries.ts'
import { createSender, type MessageApi } from './sender.ts'

/** The user's messages that the server has not acknowledged. They are stored before they leave. */
export interface Outbox {
  /** In the order of sending. */
  of(conversationId: string): Readable<readonly OutboxEntry[]>
  /** `stored` resolves once the message survives a reload. */
  send(conversationId: string, content: string, metadata?: JsonObject): { id: string; stored: Promise<void> }
  /** Sends a failed message again. */
  retry(conversationId: string, id: string): void
  /** Forgets a message, in all tabs. */
  discard(conversationId: string, id: string): void
  /** The log of the conversation shows these messages now. */
  forget(conversationId: string, ids: readonly string[]): void
  stop(): void
}

const PREFIX = 'outbox/'
const ID_RANDOM_CHARACTERS = 16
const MAX_REMEMBERED = 1000

export function createOutbox(core: Core, api: MessageApi): Outbox {
  const { clock, link, random, store, user } = core
  const lists = createEntryLists()
  /** The ids of messages whose row this tab deletes, besides the leader: those that it wrote. */
  const own = new Set<string>()
  /** The ids of messages that have left the outbox, because news about them may still arrive. */
  const removed = new Set<string>()
  const sender = createSender({ core, api, next, onStatus, onAcknowledged })
  let lastCreatedAt = 0
  let announced = Promise.resolve()
  let isLoaded = false
  let isStopped = false
  let { session, phase } = link.status.getSnapshot()
  const subscriptions = [
    link.onEvent(onEvent),
    link.status.subscribe(onStatusChange),
    link.isLeader.subscribe(onLeaderChange),
  ]
  onLeaderChange()

  function send(conversationId: string, content: string, metadata?: JsonObject) {
    const times = lists
      .of(conversationId)
      .getSnapshot()
      .map(({ createdAt }) => createdAt + 1)
    lastCreatedAt = Math.max(clock.now(), lastCreatedAt + 1, ...times)
    const id = newId(lastCreatedAt, random)
    const item: OutboxItem = {
      conversationId,
      clientMessageId: id,
      content,
      // A copy, because the same id must never be sent with other metadata.
      ...(metadata && { metadata: JSON.parse(JSON.stringify(metadata)) }),
      createdAt: lastCreatedAt,
      status: 'waiting',
    }
    own.add(id)
    lists.put(conversationId, entryOf(item, false))
    const saved = save(item)
    // In order, even if the store is not.
    announced = announced.then(() => saved).then(() => announce(item))
    return { id, stored: announced }
  }

  async function save(item: OutboxItem): Promise<void> {
    const key = keyOf(item)
    if (!isStopped) await store.set(key, item)
    if (removed.has(item.clientMessageId)) await store.delete(key)
  }

  function announce(item: OutboxItem): void {
    link.emit({ kind: 'outbox-item', item })
  }

  /** What this tab wrote does not depend on a store that is shared. */
  function announceOwn(): void {
    for (const [conversationId, entry] of lists.all()) {
      if (own.has(entry.clientMessageId) && entry.stored) announce(itemOf(conversationId, entry))
    }
  }

  function onEvent(event: TabEvent): void {
    if (event.kind === 'frame') readFrame(event.frame)
    if (event.kind === 'polled')
      for (const { last_message } of event.polled.conversations) readMessage(last_message)
    if (event.kind === 'outbox-removed') leave(event.conversationId, event.clientMessageId, event.message)
    if (event.kind === 'outbox-item' && !removed.has(event.item.clientMessageId)) {
      lists.put(event.item.conversationId, entryOf(event.item, true))
      sender.run(event.item.conversationId)
    }
  }

  /** Whatever a frame is about: if it has a message of the user, that message is stored. */
  function readFrame(frame: ServerFrame): void {
    const { message, last_message, messages } = frame as { readonly [field: string]: unknown }
    for (const found of [message, last_message, ...(Array.isArray(messages) ? messages : [])])
      readMessage(found)
  }

  function readMessage(found: unknown): void {
    const message = found as Message | null | undefined
    if (message?.client_message_id && message.sender_id === user.getSnapshot())
      leave(message.conversation_id, message.client_message_id, message)
  }

  /** With the message: the server has stored it. */
  function leave(conversationId: string, id: string, message?: Message): void {
    removed.add(id)
    const [oldest = id] = removed
    if (removed.size > MAX_REMEMBERED) removed.delete(oldest)
    const entry = lists.find(conversationId, id)
    if (!entry || entry.acked) return
    if (message) lists.acknowledge(conversationId, id, message)
    else lists.remove(conversationId, id)
    if (own.delete(id) || link.isLeader.getSnapshot()) void store.delete(keyOf(itemOf(conversationId, entry)))
  }

  function next(conversationId: string): OutboxItem | undefined {
    const canSend = phase === 'online' || phase === 'polling'
    if (isStopped || !isLoaded || !canSend || !link.isLeader.getSnapshot()) return undefined
    const entry = lists.next(conversationId)
    return entry && itemOf(conversationId, entry)
  }

  function onStatus(item: OutboxItem): void {
    announce(item)
    if (item.status === 'failed') void save(item)
  }

  function onAcknowledged({ conversationId, clientMessageId }: OutboxItem, message: Message): void {
    if (!removed.has(clientMessageId))
      link.emit({ kind: 'outbox-removed', conversationId, clientMessageId, message })
  }

  function onStatusChange(): void {
    const before = { session, phase }
    ;({ session, phase } = link.status.getSnapshot())
    // Another tab may lead now, and know nothing of what this one wrote.
    if (session !== before.session || phase !== before.phase) announceOwn()
    runAll()
  }

  function onLeaderChange(): void {
    isLoaded = false
    void load()
    announceOwn()
  }

  /** Nothing may be sent before what is older and known to the store alone. */
  async function load(): Promise<void> {
    for (const [, value] of await store.list(PREFIX)) {
      const item = value as OutboxItem | null
      // Whatever else is stored there must not hold up the rest.
      if (!item?.conversationId || !item.clientMessageId) continue
      const { conversationId, clientMessageId } = item
      if (!removed.has(clientMessageId) && !lists.find(conversationId, clientMessageId))
        lists.put(conversationId, entryOf(item, true))
    }
    isLoaded = true
    runAll()
  }

  function runAll(): void {
    for (const conversationId of new Set(lists.all().map(([id]) => id))) sender.run(conversationId)
  }

  return {
    of: lists.of,
    send,
    retry(conversationId, id) {
      const entry = lists.find(conversationId, id)
      if (entry?.status !== 'failed' || entry.acked) return
      const { error: _, ...item } = itemOf(conversationId, entry)
      const waiting: OutboxItem = { ...item, status: 'waiting' }
      announce(waiting)
      void save(waiting)
    },
    discard: removeEverywhere,
    forget(conversationId, ids) {
      for (const id of ids) {
        if (lists.find(conversationId, id)?.acked) lists.remove(conversationId, id)
        else removeEverywhere(conversationId, id)
      }
    },
    stop() {
      isStopped = true
      for (const unsubscribe of subscriptions) unsubscribe()
      sender.stop()
    },
  }

  function removeEverywhere(conversationId: string, id: string): void {
    const entry = lists.find(conversationId, id)
    if (!entry || entry.acked) return
    own.add(id)
    link.emit({ kind: 'outbox-removed', conversationId, clientMessageId: id })
  }
}

/** Sorts by time, so that the messages of one tab are sent in order. */
function newId(createdAt: number, random: () => number): string {
  const characters = Array.from({ length: ID_RANDOM_CHARACTERS }, () =>
    Math.floor(random() * 36).toString(36),
  )
  return `${createdAt.toString(36).padStart(9, '0')}-${characters.join('')}`
}

function keyOf({ conversationId, createdAt, clientMessageId }: OutboxItem): string {
  return `${PREFIX}${conversationId}/${String(createdAt).padStart(16, '0')}-${clientMessageId}`
}

function entryOf({ conversationId: _, ...item }: OutboxItem, stored: boolean): OutboxEntry {
  return { ...item, stored }
}

function itemOf(conversationId: string, { stored: _, acked: __, ...item }: OutboxEntry): OutboxItem {
  return { conversationId, ...item }
}
