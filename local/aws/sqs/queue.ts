import { randomUUID } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { QueueModel } from '../../stack/queues.ts'
import type { Journal, Message } from './journal.ts'

export interface QueueOptions {
  readonly model: QueueModel
  readonly journal: Journal
  readonly clock: Clock
  /** Called with each message that was received too often. */
  readonly giveUp: (message: Message) => void
}

/**
 * The stack's visibility timeout is six times the worker's timeout, to leave room for retries of invocations that
 * Lambda throttles. On the laptop, a sixth of that is enough. A failed task is retried after 30 seconds instead of
 * three minutes, and the invocation of a throttled task is retried for 30 seconds.
 */
export const VISIBILITY_SHARE = 1 / 6

/** A standard SQS queue: at-least-once delivery, no guaranteed order. */
export function createQueue({ model, journal, clock, giveUp }: QueueOptions) {
  const visible = new Map<string, Message>()
  /** Hidden messages by id, each with a function that cancels its timer. */
  const hidden = new Map<string, { readonly message: Message; readonly cancel: () => void }>()
  let closed = false
  let notify: () => void = () => undefined

  const show = (message: Message) => {
    hidden.delete(message.id)
    visible.set(message.id, message)
    notify()
  }
  const hide = (message: Message) => {
    if (closed) return
    const wait = message.visibleAt - clock.now()
    if (wait <= 0) show(message)
    else hidden.set(message.id, { message, cancel: clock.after(wait, () => show(message)) })
  }
  const remove = (id: string) => {
    hidden.get(id)?.cancel()
    hidden.delete(id)
    visible.delete(id)
  }

  const isExpired = ({ sentAt }: Message) => clock.now() - sentAt > model.retentionMs
  const stored = journal.messagesOf(model.name)
  const expiredIds = stored.filter(isExpired).map(({ id }) => id)
  if (expiredIds.length > 0) journal.drop(expiredIds)
  for (const message of stored) if (!expiredIds.includes(message.id)) hide(message)

  return {
    model,
    /** Sends a message, which is stored when the call returns. */
    send(body: string, sender: string, delayMs: number): Message {
      const sentAt = clock.now()
      const message: Message = {
        id: randomUUID(),
        queue: model.name,
        body,
        sender,
        sentAt,
        visibleAt: sentAt + delayMs,
        receiveCount: 0,
      }
      journal.save([message])
      hide(message)
      return message
    },
    /** Returns up to `max` visible messages and hides them, by default for the queue's visibility timeout. */
    receive(max: number, hiddenMs = model.visibilityMs * VISIBILITY_SHARE): readonly Message[] {
      const now = clock.now()
      const batch: Message[] = []
      for (const message of visible.values()) {
        if (batch.length === max) break
        visible.delete(message.id)
        if (message.receiveCount >= (model.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY)) {
          giveUp(message)
          continue
        }
        batch.push({
          ...message,
          receiveCount: message.receiveCount + 1,
          firstReceivedAt: message.firstReceivedAt ?? now,
          visibleAt: now + hiddenMs,
        })
      }
      if (batch.length > 0) journal.save(batch)
      for (const message of batch) hide(message)
      return batch
    },
    /** Makes a received message visible again after this time. */
    hideFor(id: string, ms: number): void {
      const found = hidden.get(id)
      if (!found) return
      found.cancel()
      hidden.delete(id)
      const changed = { ...found.message, visibleAt: clock.now() + ms }
      journal.save([changed])
      hide(changed)
    },
    /** How many messages are visible, received and not yet deleted, and delayed. */
    counts(): { readonly visible: number; readonly received: number; readonly delayed: number } {
      const waiting = [...hidden.values()]
      const delayed = waiting.filter(({ message }) => message.receiveCount === 0).length
      return { visible: visible.size, received: waiting.length - delayed, delayed }
    },
    /**
     * The number of visible messages, and the time since which the first of them has been visible; undefined if there
     * are none.
     */
    waiting(): { readonly count: number; readonly since: number } | undefined {
      const [first] = visible.values()
      return first && { count: visible.size, since: first.visibleAt }
    },
    /** All messages that have not been deleted, including delayed and received ones. */
    messages: () => journal.messagesOf(model.name),
    delete(ids: readonly string[]): void {
      if (ids.length === 0) return
      journal.drop(ids)
      for (const id of ids) remove(id)
    },
    /** Takes over a message that another queue gave up on. */
    adopt(message: Message): void {
      const adopted = { ...message, queue: model.name, visibleAt: clock.now() }
      journal.save([adopted])
      hide(adopted)
    },
    /** Calls `listener` whenever a message becomes visible, and immediately if any is visible now. */
    onVisible(listener: () => void): void {
      notify = listener
      if (visible.size > 0) listener()
    },
    /** Stops making messages visible. They stay in the journal. */
    close(): void {
      closed = true
      notify = () => undefined
      for (const { cancel } of hidden.values()) cancel()
      hidden.clear()
    },
  }
}

export type Queue = ReturnType<typeof createQueue>
