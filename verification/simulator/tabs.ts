import type { LockEvents, Tabs } from '../../client/types.ts'
import type { Scheduler } from './scheduler.ts'

const MESSAGE_MS = 5

interface Request {
  readonly events: LockEvents
}

/**
 * Web Locks and BroadcastChannel of one browser. Messages and locks take a moment; a lock is granted in the order of
 * requests.
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
      return {
        post(message) {
          const copy = structuredClone(message)
          for (const other of all) {
            if (other === mine) continue
            soon('message to a tab', () => {
              if (all.has(other)) other(copy)
            })
          }
        },
        close: () => void all.delete(mine),
      }
    },
  }
}
