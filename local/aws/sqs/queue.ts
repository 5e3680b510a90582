import { randomUUID } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { QueueModel } from '../../stack/queues.ts'
import type { Journal, Message } from './journal.ts'

/** A standard queue of SQS: at least once, in no promised order. */
export interface Queue {
  readonly model: QueueModel
  /** The queue keeps the message when this returns. */
  send(body: string, sender: string, delayMillis: number): Message
  /** Up to so many visible messages, which are then hidden for the time of the queue. */
  receive(most: number): readonly Message[]
  delete(ids: readonly string[]): void
  /** Takes over a message that another queue has given up. */
  adopt(message: Message): void
  /** Has this called whenever a message becomes visible, and at once if some are. */
  onVisible(act: () => void): void
  /** Messages stay in the journal; nothing becomes visible any more. */
  close(): void
}

export interface QueueOptions {
  readonly model: QueueModel
  readonly journal: Journal
  readonly clock: Clock
  /** Given what was received too often. */
  readonly giveUp: (message: Message) => void
}

/**
 * The stack hides a message for six times the worker's timeout, to leave room for invocations that Lambda throttles.
 * The laptop throttles none, so that a sixth is enough: a failed task comes again after 30 seconds instead of three
 * minutes, and still not while its invocation may be running.
 */
export const VISIBILITY_SHARE = 1 / 6

export function createQueue({ model, journal, clock, giveUp }: QueueOptions): Queue {
  const visible = new Map<string, Message>()
  /** Hidden messages, each with the way to keep it so. */
  const hidden = new Map<string, () => void>()
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
    else
      hidden.set(
        message.id,
        clock.after(wait, () => show(message)),
      )
  }
  const forget = (id: string) => {
    hidden.get(id)?.()
    hidden.delete(id)
    visible.delete(id)
  }

  const expired = ({ sentAt }: Message) => clock.now() - sentAt > model.retentionMs
  const kept = journal.messagesOf(model.name)
  const old = kept.filter(expired).map(({ id }) => id)
  if (old.length > 0) journal.drop(old)
  for (const message of kept) if (!old.includes(message.id)) hide(message)

  return {
    model,
    send(body, sender, delayMillis) {
      const sentAt = clock.now()
      const message: Message = {
        id: randomUUID(),
        queue: model.name,
        body,
        sender,
        sentAt,
        visibleAt: sentAt + delayMillis,
        receiveCount: 0,
      }
      journal.save([message])
      hide(message)
      return message
    },
    receive(most) {
      const now = clock.now()
      const batch: Message[] = []
      for (const message of visible.values()) {
        if (batch.length === most) break
        visible.delete(message.id)
        if (message.receiveCount >= (model.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY)) {
          giveUp(message)
          continue
        }
        batch.push({
          ...message,
          receiveCount: message.receiveCount + 1,
          firstReceivedAt: message.firstReceivedAt ?? now,
          visibleAt: now + model.visibilityMs * VISIBILITY_SHARE,
        })
      }
      if (batch.length > 0) journal.save(batch)
      for (const message of batch) hide(message)
      return batch
    },
    delete(ids) {
      if (ids.length === 0) return
      journal.drop(ids)
      for (const id of ids) forget(id)
    },
    adopt(message) {
      const adopted = { ...message, queue: model.name, visibleAt: clock.now() }
      journal.save([adopted])
      hide(adopted)
    },
    onVisible(act) {
      notify = act
      if (visible.size > 0) act()
    },
    close() {
      closed = true
      notify = () => undefined
      for (const cancel of hidden.values()) cancel()
      hidden.clear()
    },
  }
}
