import type { LockEvents, Tabs } from '../../client/types.ts'
import type { Scheduler } from './scheduler.ts'

const MESSAGE_MS = 5

interface Request {
  readonly events: LockEvents
}

/**
 * Web Locks and BroadcastChannel of one browser. Messages and locks take a moment. A lock is granted in the order of
 * requests, and the messages of one tab reach each other tab in the order of posting.
 *
 * @see https://html.spec.whatwg.org/multipage/web-messaging.html#dom-broadcastchannel-postmessage
 */
export function simulatedTabs(scheduler: Scheduler): Tabs {
  const holders = new Map<string, Request>()
  const queues = new Map<string, Request[]>()
  const channels = new Map<string, Set<(message: unknown) => void>>()
  const soon = (label: string, run: () => void) =>
    scheduler.after(scheduler.random.below(MESSAGE_MS), label, run)

  function grantNext(name: string): void {
    if (holders.has(name)) return
    const request = queues.get(name)?.shift()
    if (request) grant(name, request)
  }
  function grant(name: string, request: Request): void {
    holders.set(name, request)
    soon(`lock ${name}`, () => {
      if (holders.get(name) === request) request.events.held()
    })
  }
  return {
    lock(name, steal, events) {
      const request = { events }
      if (steal) {
        const robbed = holders.get(name)
        if (robbed) soon('a stolen lock', () => robbed.events.stolen())
        grant(name, request)
      } else {
        queues.set(name, [...(queues.get(name) ?? []), request])
        grantNext(name)
      }
      return () => {
        queues.set(
          name,
          (queues.get(name) ?? []).filter((waiting) => waiting !== request),
        )
        if (holders.get(name) !== request) return
        holders.delete(name)
        grantNext(name)
      }
    },
    channel(name, listener) {
      const all = channels.get(name) ?? new Set()
      channels.set(name, all)
      const mine = (message: unknown) => listener(message)
      all.add(mine)
      const inTransit = new Map<(message: unknown) => void, unknown[]>()
      return {
        post(message) {
          const copy = structuredClone(message)
          for (const other of all) {
            if (other === mine) continue
            const waiting = inTransit.get(other) ?? []
            inTransit.set(other, waiting)
            waiting.push(copy)
            soon('message to a tab', () => {
              const first = waiting.shift()
              if (all.has(other)) other(first)
            })
          }
        },
        close: () => void all.delete(mine),
      }
    },
  }
}
