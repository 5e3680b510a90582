import type { OutboxItem } from '../shared.ts'

/** The messages of one conversation in the outbox, in the order of sending. */
export type Items = readonly OutboxItem[]

/** The id begins with the time, so that the ids of messages, and their keys in the store, sort by time. */
export const newId = (createdAt: number, random: () => number): string =>
  `${createdAt}-${random().toFixed(16).slice(2)}`

/** What the keys of stored messages begin with. */
export const PREFIX = 'outbox/'

export const keyOf = ({ conversationId, clientMessageId }: OutboxItem): string =>
  `${PREFIX}${conversationId}/${clientMessageId}`

/** Replaces the item with the same id, or inserts the item by time, but after everything that may have been sent. */
export function withItem(items: Items, item: OutboxItem): Items {
  const id = item.clientMessageId
  const index = items.findIndex((other) => other.clientMessageId === id)
  if (index >= 0) return items.with(index, item)
  const last = items.findLastIndex((other) => other.acked || other.tried || other.clientMessageId < id)
  return items.toSpliced(last + 1, 0, item)
}

/** The message to send next: the one that the server may have already, or else the first one that waits. */
export function nextOf(items: Items): OutboxItem | undefined {
  const open = items.filter(({ acked, stored, status }) => stored && !acked && status !== 'failed')
  return open.find(({ tried }) => tried) ?? open[0]
}
